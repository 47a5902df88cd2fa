"""An organiser without help: the programme of 2024 from its text, published, one session moved, and who is told."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conferences.models import Conference
from network.models import User
from programme.models import ChoiceBlock, ProgrammeVersion, Session
from recovery_network.demo.conference_2024 import DAY
from recovery_network.demo.gatherings import at
from recovery_network.mail.models import Mail
from registrations.models import Registration, SessionSeat
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

# The facts of the announcement, in words of our own.
TEXT = """
Slik blir dagen

Klokken 08.30 – 09.00: Registrering
Kaffe og god tid.

Klokken 09.00 – 09.25: Velkommen
Litt musikk. Programlederne Pål Berger og Silje Tara Skram tar oss i gang.

Klokken 09.25 – 10.15: Trussel, makt og mening
Tore Dag Bøe, professor ved Institutt for psykososial helse, Universitetet i Agder. Om et rammeverk som leser smerte ut fra livet.

Klokken 10.15 – 10.30: Pause

Klokken 10.30 – 11.15: Flere veier til recovery
Trond Aarre, psykiater og fagsjef i Helse Førde, i samtale med Pål Berger, erfaringskonsulent og prosjektleder i Blå Kors.

Klokken 11.15 – 11.30: Helsefellesskapet?
Hva arbeider gruppen for rus og psykisk helse med?

Klokken 11.30 – 12.30: Lunsj

Klokken 12.30 – 13.00: Viking fotballklubbs nye samfunnsavdeling
Svein Helge L og Silje Tara Skram – om å arbeide på tvers.

Klokken 13.00 –13.45: Opptrappingsplanen
Aasa Kvia og Linda Hetland Petersen, begge off. ph.d.-stipendiater ved UiS. De har lest det myndighetene skriver.

Klokken 13.45 – 14.00: Pause

Klokken 14.00 – 15.00: Hvordan samarbeide om recoveryprosesser og hvordan vi posisjonerer oss som profesjonelle hjelpere i samarbeid
Anna-Sabina Soggiu fra KORUS Oslo har forsket på tjenester til unge.

Klokken 15.00 – 15.30: Oppsummering av dagen
De som har holdt innlegg, samtaler.
"""

PROGRAMME = [
    ("08.30", "registration", "Registrering", []),
    ("09.00", "opening", "Velkommen", ["Pål Berger", "Silje Tara Skram"]),
    ("09.25", "talk", "Trussel, makt og mening", ["Tore Dag Bøe"]),
    ("10.15", "break", "Pause", []),
    ("10.30", "talk", "Flere veier til recovery", ["Trond Aarre", "Pål Berger"]),
    ("11.15", "talk", "Helsefellesskapet?", []),
    ("11.30", "meal", "Lunsj", []),
    ("12.30", "talk", "Viking fotballklubbs nye samfunnsavdeling", ["Svein Helge L", "Silje Tara Skram"]),
    ("13.00", "talk", "Opptrappingsplanen", ["Aasa Kvia", "Linda Hetland Petersen"]),
    ("13.45", "break", "Pause", []),
    (
        "14.00",
        "talk",
        "Hvordan samarbeide om recoveryprosesser og hvordan vi posisjonerer oss som profesjonelle hjelpere i samarbeid",
        ["Anna-Sabina Soggiu"],
    ),
    ("15.00", "talk", "Oppsummering av dagen", []),
]  # fmt: skip


@pytest.fixture
def conference(db: None) -> Conference:
    return factories.make_conference(
        slug="konferansen", starts_at=at(DAY.replace(year=2031), "08.30")
    )


@pytest.fixture
def desk(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


def address(conference: Conference, page: str) -> str:
    return reverse(f"admin:conferences_conference_programme{page}", args=[conference.pk])


def sent_back(rows: Any) -> dict[str, Any]:
    """What a browser sends of a table that nobody typed in."""
    data = {field.html_name: field.value() for field in rows.management_form}
    for form in rows:
        for field in form:
            if field.value() not in {None, False}:
                data[field.html_name] = field.value()
                data[field.html_initial_name] = field.initial or ""
    return data


def paste(desk: Client, conference: Conference, text: str) -> Any:
    day = conference.starts_at.date().isoformat()
    return desk.post(address(conference, "_paste"), {"day": day, "text": text}), day


def import_it(desk: Client, conference: Conference) -> None:
    shown, day = paste(desk, conference, TEXT)
    data = sent_back(shown.context["rows"])
    response = desk.post(address(conference, "_paste"), {**data, "day": day, "write": "1"})
    assert response.status_code == 302


def publish(desk: Client, conference: Conference, **choices: str) -> list[str]:
    page = address(conference, "_publish")
    seen = desk.get(page).context["seen"]
    response = desk.post(page, {"seen": seen, "note": "", **choices}, follow=True)
    return [str(message) for message in response.context["messages"]]


def move(desk: Client, conference: Conference, title: str, to: str) -> None:
    shown = desk.get(address(conference, "")).context
    session, state = next(pair for pair in shown["movable"] if pair[0].title == title)
    chosen = {"session": session.pk, "to_time": to, "to_room": "", f"was-{session.pk}": state}
    desk.post(address(conference, ""), chosen)


def programme(conference: Conference) -> list[tuple[str, str, str, list[str]]]:
    return [
        (
            f"{session.starts_at.astimezone(conference.zone):%H.%M}",
            session.kind,
            session.title,
            [each.speaker.name for each in session.contributions.all()],
        )
        for session in Session.objects.filter(conference=conference)
    ]


def test_pasted_looked_through_put_in_and_published(desk: Client, conference: Conference) -> None:
    shown, _day = paste(desk, conference, TEXT)
    assert shown.context["number"] == 12
    assert list(shown.context["unread"]) == ["Slik blir dagen"]
    assert not Session.objects.exists()
    import_it(desk, conference)
    assert programme(conference) == PROGRAMME
    again, _day = paste(desk, conference, TEXT)
    assert (again.context["number"], len(again.context["already"])) == (0, 12)
    warnings = desk.get(address(conference, "")).context["warnings"]
    assert [warning.sentence for warning in warnings] == []
    assert (
        "Velkommen" not in Client().get("/en/arrangementer/konferansen/program/").content.decode()
    )
    assert publish(desk, conference) == ["The programme is published as version 1."]
    page = Client().get("/en/arrangementer/konferansen/program/").content.decode()
    assert all(title.split()[0] in page for _start, _kind, title, _people in PROGRAMME)
    assert "Tore Dag Bøe" in page


class TestTelling:
    @pytest.fixture
    def people(self, desk: Client, conference: Conference) -> dict[str, Registration]:
        """Two have chosen the talk on the plan (one waits), one another, one nothing; one gave up their place."""
        import_it(desk, conference)
        tier = factories.make_tier(conference)
        names = ("seat", "line", "other", "none")
        found = {
            name: factories.make_registration(tier, name=name, email=f"{name}@example.no")
            for name in names
        }
        block = ChoiceBlock.objects.create(conference=conference, key="blokk", title="Blokk")
        for name, title, state in (
            ("seat", "Opptrappingsplanen", SessionSeat.State.HELD),
            ("line", "Opptrappingsplanen", SessionSeat.State.WAITING),
            ("other", "Helsefellesskapet?", SessionSeat.State.HELD),
        ):
            session = Session.objects.get(title=title)
            Session.objects.filter(pk=session.pk).update(block=block)
            since = session.starts_at if state == SessionSeat.State.WAITING else None
            SessionSeat.objects.create(
                registration=found[name],
                session=session,
                block=block,
                state=state,
                waiting_since=since,
            )
        publish(desk, conference)
        return found

    def told(self) -> list[str]:
        mails = Mail.objects.filter(kind="programme_changed")
        return sorted(mail.recipient.partition("@")[0] for mail in mails)

    def test_exactly_those_whose_session_moved_are_told_once(
        self, desk: Client, conference: Conference, people: dict[str, Registration]
    ) -> None:
        move(desk, conference, "Opptrappingsplanen", "13.10")
        page = desk.get(address(conference, "_publish"))
        assert "2 people have chosen a session that changes" in page.content.decode()
        assert publish(desk, conference, note="Ti minutter senere.") == [
            "The programme is published as version 2. 2 mails are on their way."
        ]
        assert self.told() == ["line", "seat"]
        mail = Mail.objects.get(kind="programme_changed", recipient="seat@example.no")
        assert mail.subject == "Endret program: Konferanse, Sandnes, fredag 18. april 2031"
        assert "Opptrappingsplanen" in mail.text
        assert "kl. 13.00–13.45 til" in mail.text
        assert "kl. 13.10–13.55" in mail.text
        assert "Ti minutter senere." in mail.text
        assert "Helsefellesskapet" not in mail.text
        assert publish(desk, conference) == [
            "Nothing has changed since the programme was last published."
        ]
        assert self.told() == ["line", "seat"]

    def test_everyone_is_told_where_the_organiser_says_so(
        self, desk: Client, conference: Conference, people: dict[str, Registration]
    ) -> None:
        Registration.objects.filter(pk=people["other"].pk).update(
            state="cancelled", cancelled_at=conference.starts_at
        )
        move(desk, conference, "Lunsj", "11.45")
        publish(desk, conference, everyone="on")
        assert self.told() == ["line", "none", "seat"]
        assert "Lunsj" in Mail.objects.filter(kind="programme_changed").first().text  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("abstract", "Ny tekst"),
            ("content_note", "Tap"),
            ("kind", "debate"),
            ("key", "ny-adresse"),
        ],
    )
    def test_a_mended_text_is_worth_no_mail(
        self,
        desk: Client,
        conference: Conference,
        people: dict[str, Registration],
        field: str,
        value: str,
    ) -> None:
        Session.objects.filter(title="Opptrappingsplanen").update(**{field: value})
        assert publish(desk, conference) == ["The programme is published as version 2."]
        assert self.told() == []

    def test_bringing_an_earlier_one_back_tells_them_again(
        self, desk: Client, conference: Conference, people: dict[str, Registration]
    ) -> None:
        move(desk, conference, "Opptrappingsplanen", "13.10")
        publish(desk, conference)
        desk.post(address(conference, "_versions"), {"restore": "1"})
        publish(desk, conference)
        assert ProgrammeVersion.objects.count() == 3
        assert self.told() == ["line", "line", "seat", "seat"]
