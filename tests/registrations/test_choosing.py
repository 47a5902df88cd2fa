"""Choosing workshops on the form of registering, alone and for a party."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conferences.actions import touch
from conferences.models import Conference
from programme.models import ChoiceBlock, Session
from registrations.actions.workshops import change_workshop
from registrations.models import Registration, SessionSeat, Submission, Tier
from tests import factories
from tests.browsing import typed
from tests.registrations.test_parties import FORM, party

pytestmark = pytest.mark.django_db


@pytest.fixture
def block(conference: Conference) -> ChoiceBlock:
    return factories.make_block(conference, "en", title="Blokk 1")


@pytest.fixture
def small(block: ChoiceBlock) -> Session:
    return factories.make_workshop(block, "liten", title="Liten", capacity=1)


@pytest.fixture
def roomy(block: ChoiceBlock) -> Session:
    return factories.make_workshop(block, "romslig", title="Romslig", capacity=2)


@pytest.fixture
def holder(employee_tier: Tier, small: Session, roomy: Session) -> Registration:
    """Has the only seat of the small workshop."""
    return factories.make_registration(
        employee_tier, name="Hanna", email="hanna@example.no", workshops=(choice("liten"),)
    )


def number(key: str) -> str:
    """What the form calls a workshop."""
    return str(Session.objects.get(key=key).pk)


def choice(session: str, **fields: Any) -> Any:
    return factories.make_choice("en", session, **fields)


def seats() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    rows = SessionSeat.objects.order_by("registration", "session__key")
    for name, key, state in rows.values_list("registration__name", "session__key", "state"):
        found.setdefault(name, []).append((key, state))
    return found


def is_checked(page: Any, value: str) -> bool:
    return any(
        f'value="{value}"' in tag for tag in re.findall(r"<input[^>]* checked[^>]*>", page.text)
    )


def told(page: Any) -> str:
    return " ".join(page.text.split())


def test_seats_are_chosen_and_shown_on_the_receipt_and_in_the_mail(
    client: Client, employee_tier: Tier, small: Session, roomy: Session
) -> None:
    form = told(client.get(FORM))
    assert "1 seat left" in form
    assert "2 seats left" in form

    response = client.post(FORM, typed(client, **{"block-en": number("liten")}))

    assert response.status_code == 303
    assert seats() == {"Åse Dahl": [("liten", "held")]}
    assert "Liten" in told(client.get(response["Location"]))
    mail = Registration.objects.get().booking
    assert mail.language == "en"


def test_a_block_without_a_choice_is_asked_for_again_with_all_kept(
    client: Client, employee_tier: Tier, small: Session
) -> None:
    page = client.post(FORM, typed(client))

    assert page.status_code == 422
    assert "Choose a workshop in “Blokk 1”." in told(page)
    assert 'value="Åse Dahl"' in page.text
    assert 'href="#id_block-en_0"' in page.text
    assert Registration.objects.count() == 0


def test_a_block_that_one_may_choose_in_may_be_left(
    client: Client, employee_tier: Tier, small: Session
) -> None:
    ChoiceBlock.objects.update(rule=ChoiceBlock.Rule.MAY)

    assert client.post(FORM, typed(client)).status_code == 303
    assert seats() == {}


def test_one_waits_for_a_full_workshop_with_a_second_choice(
    client: Client, holder: Registration, roomy: Session
) -> None:
    assert "full – waiting list" in told(client.get(FORM))

    missing = client.post(FORM, typed(client, **{"block-en": number("liten") + "+"}))
    assert "Name a second choice too" in told(missing)
    assert is_checked(missing, number("liten") + "+")
    answers = typed(client, **{"block-en": number("liten") + "+", "second-en": number("romslig")})
    assert client.post(FORM, answers).status_code == 303
    assert seats()["Åse Dahl"] == [("liten", "waiting"), ("romslig", "held")]


def test_a_workshop_that_fills_while_one_types_is_asked_about(
    client: Client, employee_tier: Tier, small: Session, roomy: Session
) -> None:
    answers = typed(client, **{"block-en": number("liten")})
    other = factories.make_registration(employee_tier, workshops=(choice("romslig"),))
    change_workshop(registration=other, session=small)

    page = client.post(FORM, answers)

    assert page.status_code == 422
    assert "“Liten” is full now." in told(page)
    assert is_checked(page, number("liten") + "+")
    assert "Second choice in “Blokk 1”" in told(page)
    again = {**answers, "block-en": number("liten") + "+", "second-en": number("romslig")}
    assert client.post(FORM, again).status_code == 303


def test_two_at_the_same_time_are_refused_in_words(
    client: Client, conference: Conference, employee_tier: Tier, roomy: Session
) -> None:
    other = factories.make_block(conference, "to", title="Blokk 2")
    factories.make_workshop(other, "samtidig", title="Samtidig")

    page = client.post(
        FORM, typed(client, **{"block-en": number("romslig"), "block-to": number("samtidig")})
    )

    assert page.status_code == 422
    assert "“Samtidig” is at the same time as “Romslig”." in told(page)
    assert Registration.objects.count() == 0


def test_whoever_holds_a_workshop_is_told_that_they_need_no_seat(
    client: Client, employee_tier: Tier, roomy: Session
) -> None:
    factories.make_contribution(roomy, "Åse Dahl")

    page = client.post(FORM, typed(client, **{"block-en": number("romslig")}))

    assert "Åse Dahl holds “Romslig” and needs no seat there." in told(page)


@pytest.mark.parametrize("value", ["finnes-ikke", "+", "liten++", "romslig\0"])
def test_nonsense_is_refused(
    client: Client, employee_tier: Tier, small: Session, roomy: Session, value: str
) -> None:
    page = client.post(FORM, typed(client, **{"block-en": value}))

    assert (page.status_code, Registration.objects.count()) == (422, 0)


def test_someone_registered_already_gets_the_same_answer_and_no_second_seat(
    client: Client, holder: Registration
) -> None:
    again = {"name": "Hanna", "email": "hanna@example.no"}

    full = client.post(FORM, typed(client, **again, **{"block-en": number("liten")}))
    sent = client.post(FORM, typed(client, **again, **{"block-en": number("romslig")}))

    assert "“Liten” is full now." in told(full)
    assert sent.status_code == 303
    assert "Romslig" in told(client.get(sent["Location"]))
    assert seats() == {"Hanna": [("liten", "held")]}


def test_without_a_place_the_choices_are_wishes(
    client: Client, conference: Conference, holder: Registration
) -> None:
    Conference.objects.update(capacity=1)
    touch(conference)

    answers = typed(client, **{"block-en": number("liten") + "+", "second-en": number("romslig")})
    assert client.post(FORM, answers).status_code == 303

    assert seats()["Åse Dahl"] == [("liten", "wished"), ("romslig", "wished")]


class TestParty:
    def test_each_chooses_and_the_last_seat_goes_to_the_first_in_the_form(
        self, client: Client, employee_tier: Tier, small: Session, roomy: Session
    ) -> None:
        answers = party(
            client,
            {"name": "Anna", "block-en": number("liten")},
            {"name": "Bo", "block-en": number("liten")},
        )

        page = client.post(FORM, answers)
        assert page.status_code == 422
        assert "Person 2, Blokk 1 – “Liten” is full now." in told(page)
        assert Registration.objects.count() == 0
        assert f'value="{number("liten")}+" selected' in page.text
        again = {**answers, "2-block-en": number("liten") + "+", "2-second-en": number("romslig")}
        assert client.post(FORM, again).status_code == 303
        assert seats() == {
            "Anna": [("liten", "held")],
            "Bo": [("liten", "waiting"), ("romslig", "held")],
        }

    def test_what_was_chosen_alone_is_kept_when_more_come(
        self, client: Client, holder: Registration
    ) -> None:
        chosen = {"block-en": number("liten") + "+", "second-en": number("romslig")}

        page = client.post(FORM, {**typed(client, **chosen), "add": "1"})

        first = page.text.split('name="1-block-en"')[1].split('name="2-')[0]
        assert re.findall(r'value="([^"]*)" selected', first) == [
            number("liten") + "+", number("romslig"),
        ]  # fmt: skip

    def test_one_mistake_writes_nothing_and_keeps_everyones_choices(
        self, client: Client, employee_tier: Tier, small: Session, roomy: Session
    ) -> None:
        answers = party(
            client,
            {"name": "Anna", "block-en": number("romslig")},
            {"name": "", "block-en": number("liten")},
        )

        page = client.post(FORM, answers)

        assert page.status_code == 422
        assert [
            word in page.text for word in ('value="romslig" selected', 'value="liten" selected')
        ]
        assert (Registration.objects.count(), Submission.objects.count()) == (0, 0)

    @pytest.mark.parametrize("people", [2, 30])
    def test_thirty_people_and_nine_workshops_stay_small(
        self, client: Client, conference: Conference, employee_tier: Tier, free_tier: Tier, people: int
    ) -> None:  # fmt: skip
        conference.unnamed_until = conference.starts_at - timedelta(days=14)
        conference.save(update_fields=["unnamed_until"])
        for place in range(3):
            title = f"Workshops, blok {place}"
            block = factories.make_block(conference, f"blok-{place}", title=title)
            for each in range(3):
                factories.make_workshop(
                    block,
                    f"emne-{place}-{each}",
                    hour=place * 2,
                    title=f"{place}{each} Samarbejde, der holder hele vejen rundt om borgeren",
                    capacity=20,
                )
        chosen = {f"block-blok-{each}": number(f"emne-{each}-1") for each in range(3)}
        crowd = [
            {"name": f"Deltaker {n}", "email": f"deltaker{n}@example.no", **chosen}
            for n in range(people)
        ]
        answers = party(client, *crowd)

        with CaptureQueriesContext(connection) as captured:
            page = client.post(FORM, {**answers, "terms": ""})

        assert len(captured) == 7
        assert len(page.content) < 60_000
        assert page.text.count("selected") >= 3 * people
        page = client.post(
            FORM, {**answers, "terms": "", **{f"{n}-later": "on" for n in range(1, people + 1)}}
        )
        assert len(page.content) < 60_000
        kept = f'name="1-block-blok-0" value="{number("emne-0-1")}">'
        assert (kept in page.text) == (people > 8)
