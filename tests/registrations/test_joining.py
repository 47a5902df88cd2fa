"""How one joins a digital gathering: told to those with a place, in time, and to nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from conferences.models import Conference, JoinDetails
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions.calling_off import call_off
from registrations.actions.cancelling import cancel
from registrations.actions.joining import send_due_join_details
from registrations.models import Registration, Tier
from tests import factories
from tests.registrations.test_admin_conference import browser_of, change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

LINK = "https://video.example.no/hemmelig-rom"
SECRETS = (LINK, "22 00 00 00", "4711#")


@pytest.fixture
def tier() -> Tier:
    conference = factories.make_conference(
        slug="pa-nett", kind="digital", format="online", venue=None, capacity=2, offer_hours=24
    )
    JoinDetails.objects.create(
        conference=conference,
        url=LINK,
        phone_number="22 00 00 00",
        phone_code="4711#",
        help_text="Kameraet **kan** være av.",
    )
    return factories.make_tier(conference)


def before(tier: Tier, **ago: float) -> time_machine.travel:
    return time_machine.travel(tier.conference.starts_at - timedelta(**ago), tick=False)


def told() -> list[str]:
    mails = Mail.objects.filter(kind="practical_information").exclude(state=Mail.State.CANCELLED)
    return list(mails.order_by("pk").values_list("recipient", flat=True))


def page_of(registration: Registration) -> str:
    return Client().get(f"/en/pamelding/{registration.manage_key}/").content.decode()


def change_link(conference: Conference, by: User, **changes: str) -> None:
    """As the organiser does it, in the admin."""
    fields = {f"join_details__0__{name}": value for name, value in changes.items()}
    assert change(browser_of(by), conference, **fields).status_code == 302


class TestMail:
    def test_goes_once_to_those_with_a_place_when_the_time_has_come(self, tier: Tier) -> None:
        factories.apply(tier, email="a@example.no")
        gone = factories.make_registration(tier, email="borte@example.no")
        cancel(registration=gone)
        with before(tier, hours=24, minutes=1):
            assert send_due_join_details() == 0
        with before(tier, hours=24):
            assert send_due_join_details() == 1
            assert send_due_join_details() == 0
        assert told() == ["a@example.no"]
        mail = Mail.objects.get(kind="practical_information")
        for secret in SECRETS:
            assert secret in mail.text
            assert secret in mail.html
        assert "<strong>kan</strong>" in mail.html
        assert mail.subject.startswith("Slik blir du med: Digital samling, ")

    def test_goes_to_those_who_are_confirmed_later(self, tier: Tier) -> None:
        with before(tier, hours=24):
            send_due_join_details()
        with before(tier, hours=2):
            factories.apply(tier, email="sen@example.no")
            assert send_due_join_details() == 1
        with before(tier, hours=-0.5):
            assert send_due_join_details() == 0
        assert told() == ["sen@example.no"]

    def test_never_goes_to_those_who_wait_or_are_offered_a_place(self, tier: Tier) -> None:
        Conference.objects.update(capacity=1)
        holder = factories.make_registration(tier)
        first = factories.make_registration(tier)
        second = factories.make_registration(tier)
        cancel(registration=holder)
        first.refresh_from_db()
        assert (first.state, second.state) == ("offered", "waiting")
        with before(tier, hours=3):
            assert send_due_join_details() == 0

    def test_a_changed_link_is_told_once_more(self, tier: Tier, organiser: User) -> None:
        factories.apply(tier, email="a@example.no")
        with before(tier, hours=24):
            send_due_join_details()
        Mail.objects.update(state=Mail.State.SENT, sent_at=timezone.now())
        change_link(tier.conference, organiser, url="https://video.example.no/nytt")
        with before(tier, hours=20):
            assert send_due_join_details() == 1
            assert send_due_join_details() == 0
        newest = Mail.objects.filter(kind="practical_information").order_by("pk")[1]
        assert "https://video.example.no/nytt" in newest.text
        assert LINK not in newest.text
        assert "har endret seg" in newest.text
        assert LINK not in str(list(AuditEvent.objects.values()))
        assert "nytt" not in str(list(AuditEvent.objects.values()))

    def test_a_mail_with_the_old_link_that_has_not_left_is_taken_back(
        self, tier: Tier, organiser: User
    ) -> None:
        factories.apply(tier)
        with before(tier, hours=24):
            send_due_join_details()
            change_link(tier.conference, organiser, url="https://video.example.no/nytt")
            send_due_join_details()
        states = Mail.objects.filter(kind="practical_information").order_by("pk")
        assert [each.state for each in states] == ["cancelled", "queued"]

    def test_a_better_explanation_is_not_told_again(self, tier: Tier, organiser: User) -> None:
        factories.apply(tier)
        with before(tier, hours=24):
            send_due_join_details()
            change_link(tier.conference, organiser, help_text="Trykk på knappen.")
            assert send_due_join_details() == 0

    def test_is_taken_back_from_those_who_give_up_their_place(
        self, tier: Tier, organiser: User
    ) -> None:
        registration = factories.make_registration(tier, email="a@example.no")
        factories.apply(tier, email="b@example.no")
        with before(tier, hours=24):
            send_due_join_details()
            cancel(registration=registration)
            assert told() == ["b@example.no"]
            call_off(conference=tier.conference, reason="", by=organiser)
            assert told() == []
            assert send_due_join_details() == 0

    @pytest.mark.parametrize(
        "change",
        [
            {"format": Conference.Format.IN_ROOM},
            {"published_at": None},
        ],
    )
    def test_is_not_sent_for_a_draft_or_a_gathering_in_the_room(
        self, tier: Tier, change: dict[str, object]
    ) -> None:
        factories.apply(tier)
        Conference.objects.update(**change)
        with before(tier, hours=3):
            assert send_due_join_details() == 0


class TestOwnPage:
    def test_tells_from_the_organisers_time_until_the_end(self, tier: Tier) -> None:
        registration = factories.make_registration(tier)
        with before(tier, hours=25):
            early = page_of(registration)
        with before(tier, hours=23):
            now = page_of(registration)
        with before(tier, hours=-8):
            after = page_of(registration)
        assert "The link to the meeting comes here and by mail from" in early
        for secret in SECRETS:
            assert secret in now
            assert secret not in early
            assert secret not in after
        assert "<strong>kan</strong>" in now
        assert "How to join" not in after

    @pytest.mark.parametrize("state", ["waiting", "lapsed", "cancelled"])
    def test_tells_nothing_to_those_without_a_place(self, tier: Tier, state: str) -> None:
        registration = factories.make_registration(tier)
        now = tier.conference.starts_at
        Registration.objects.update(state=state, waiting_since=now, cancelled_at=now)
        with before(tier, hours=1):
            page = page_of(registration)
        assert "How to join" not in page
        assert LINK not in page

    def test_tells_nothing_once_it_is_called_off(self, tier: Tier, organiser: User) -> None:
        registration = factories.make_registration(tier)
        with before(tier, hours=1):
            call_off(conference=tier.conference, reason="", by=organiser)
            assert "How to join" not in page_of(registration)


class TestEveryoneElse:
    @pytest.mark.parametrize(
        "path",
        [
            "/en/",
            "/en/arrangementer/",
            "/en/arrangementer/pa-nett/",
            "/en/arrangementer/pa-nett/program/",
            "/en/arrangementer/pa-nett/program.ics",
            "/en/arrangementer/pa-nett/kalender.ics",
            "/en/arrangementer/pa-nett/pamelding/",
            "/en/kalender.ics",
        ],
    )
    def test_reads_nothing_of_it_on_any_page(self, tier: Tier, outsider: Client, path: str) -> None:
        with before(tier, hours=1):
            response = outsider.get(path)
        assert response.status_code == 200
        for secret in SECRETS:
            assert secret not in response.content.decode()

    def test_own_calendar_file_has_no_link_either(self, tier: Tier, outsider: Client) -> None:
        registration = factories.make_registration(tier)
        with before(tier, hours=1):
            path = f"/en/pamelding/{registration.manage_key}/kalender.ics"
            assert LINK not in outsider.get(path).content.decode()

    def test_editors_do_not_see_it(self, tier: Tier, editor: User, client: Client) -> None:
        client.force_login(editor)
        page = client.get(f"/en/admin/conferences/conference/{tier.conference_id}/change/")
        assert page.status_code == 200
        assert LINK not in page.content.decode()

    def test_page_says_that_the_link_comes_by_mail(self, tier: Tier, outsider: Client) -> None:
        page = outsider.get("/en/arrangementer/pa-nett/").content.decode()
        assert "Everyone with a place gets the link by mail" in page


class TestHybrid:
    def test_has_both_a_place_and_a_link(self, outsider: Client) -> None:
        conference = factories.make_conference(slug="begge", format=Conference.Format.HYBRID)
        JoinDetails.objects.create(conference=conference, url=LINK)
        registration = factories.make_registration(factories.make_tier(conference))
        with time_machine.travel(conference.starts_at - timedelta(hours=1), tick=False):
            page = page_of(registration)
            public = outsider.get("/en/arrangementer/begge/").content.decode()
        assert LINK in page
        assert "Fjordsalen, Sandnes, and online" in public
        assert "LOCATION:Fjordsalen\\, Strandgata 1\\, 4300 Sandnes / Online" in (
            outsider.get("/en/arrangementer/begge/kalender.ics")
            .content.decode()
            .replace("\r\n ", "")
        )


class TestRules:
    def test_a_link_or_a_phone_number(self, tier: Tier) -> None:
        broken("join_details_link_or_phone", url="", phone_number="")

    def test_told_between_an_hour_and_sixty_days_before(self, tier: Tier) -> None:
        broken("join_details_hours_before", hours_before=0)
        broken("join_details_hours_before", hours_before=1441)

    def test_the_room_opens_a_day_before_at_most(self, tier: Tier) -> None:
        broken("join_details_opens_before", opens_minutes_before=1441)

    def test_what_is_online_only_has_no_venue(self, tier: Tier) -> None:
        venue = factories.make_venue()
        with pytest.raises(IntegrityError, match="conference_online_has_no_venue"):
            Conference.objects.update(venue=venue)


def broken(constraint: str, **values: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        JoinDetails.objects.update(**values)
