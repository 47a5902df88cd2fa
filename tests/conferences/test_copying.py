"""Next year's conference from this year's."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from conferences.actions import copy
from conferences.models import Conference, JoinDetails, Publication
from network.models import User
from programme.models import ChoiceBlock, Contribution, ProgrammeVersion, Session
from recovery_network.audit.models import AuditEvent
from registrations.models import Booking, CancellationRule, Registration, Tier
from tests.factories import (
    make_booking_row,
    make_conference,
    make_contribution,
    make_free_tier,
    make_organisation,
    make_room,
    make_session,
    make_tier,
    make_track,
)
from tests.factories.surveys import asking, make_invitation, make_survey

pytestmark = pytest.mark.django_db
THURSDAY = date(2027, 4, 15)


@pytest.fixture
def held(organiser: User) -> Conference:
    """A conference of 2026 with everything that a conference can have, and people in it."""
    starts_at = datetime(2026, 4, 16, 7, tzinfo=UTC)
    conference = make_conference(
        slug="konferansen-2026",
        title="Konferansen 2026",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=7),
        published_at=starts_at - timedelta(days=90),
        registration_opens_at=datetime(2026, 1, 15, 8, tzinfo=UTC),
        registration_closes_at=datetime(2026, 3, 1, 22, 59, tzinfo=UTC),
        closed_at=None,
        capacity=300,
    )
    conference.organiser_rows.create(organisation=make_organisation("Eksempel"))
    Publication.objects.create(conference=conference, title="Heftet", url="https://example.org/")
    JoinDetails.objects.create(conference=conference, url="https://example.org/hemmelig")
    employee = make_tier(conference, closes_at=datetime(2026, 3, 1, 22, 59, tzinfo=UTC))
    make_free_tier(conference, overflow_tier=employee, beyond_limit=Tier.BeyondLimit.OTHER_TIER)
    CancellationRule.objects.create(conference=conference, days_before=14, percent=Decimal(50))
    own = make_room(conference, "Gruppe 1")
    hall = make_room(conference.venue, "Salen")
    track = make_track(conference, "Bolig")
    talk = make_session(
        conference,
        "foredrag",
        title="Flere veier",
        room=hall,
        track=track,
        ends_at=starts_at + timedelta(minutes=45),
    )
    make_contribution(talk, presented_as="professor")
    block = ChoiceBlock.objects.create(conference=conference, key="blokk", title="Blokk")
    first: Session | None = None
    for number in range(2):
        begins = starts_at + timedelta(hours=3 + number)
        first = make_session(
            conference,
            f"verksted-{number}",
            title="Verksted",
            starts_at=begins,
            ends_at=begins + timedelta(minutes=50),
            block=block,
            capacity=12,
            called_off_at=starts_at,
            repeats=first,
        )
    make_session(
        conference, "gruppe", title="Gruppe", room=own, starts_at=starts_at + timedelta(hours=1)
    )
    return conference


def copied(held: Conference, organiser: User, **choices: Any) -> Conference:
    fields = {"title": "Konferansen 2027", "first_day": THURSDAY, **choices}
    return copy(conference=held, by=organiser, **fields)


def test_every_date_moves_and_every_clock_time_stays(held: Conference, organiser: User) -> None:
    made = copied(held, organiser)
    assert (made.starts_at, made.ends_at) == (
        datetime(2027, 4, 15, 7, tzinfo=UTC),
        datetime(2027, 4, 15, 14, tzinfo=UTC),
    )
    # 364 days on: 14 January is winter in both years, 28 February too.
    assert made.registration_opens_at == datetime(2027, 1, 14, 8, tzinfo=UTC)
    assert made.registration_closes_at == datetime(2027, 2, 28, 22, 59, tzinfo=UTC)
    assert made.tiers.get(key="ansatt").closes_at == made.registration_closes_at
    sessions = made.sessions.values_list("key", "title", "starts_at")
    assert list(sessions) == [
        ("foredrag", "Flere veier", datetime(2027, 4, 15, 7, tzinfo=UTC)),
        ("gruppe", "Gruppe", datetime(2027, 4, 15, 8, tzinfo=UTC)),
        ("verksted-0", "Verksted", datetime(2027, 4, 15, 10, tzinfo=UTC)),
        ("verksted-1", "Verksted", datetime(2027, 4, 15, 11, tzinfo=UTC)),
    ]


def test_it_is_a_draft_under_an_address_of_its_own(held: Conference, organiser: User) -> None:
    Conference.objects.filter(pk=held.pk).update(cancelled_at=held.starts_at, revision=40)
    held.refresh_from_db()
    made = copied(held, organiser)
    assert (made.slug, made.title, made.revision) == ("konferansen-2027", "Konferansen 2027", 1)
    assert made.state() == Conference.State.DRAFT
    assert made.cancelled_at is None
    assert made.key != held.key
    assert copied(held, organiser).slug == "konferansen-2027-2"
    assert not ProgrammeVersion.objects.filter(conference=made).exists()


def test_what_was_set_comes_along(held: Conference, organiser: User) -> None:
    made = copied(held, organiser)
    assert [str(each) for each in made.organiser_rows.all()] == ["Eksempel"]
    assert [str(each) for each in made.publications.all()] == ["Heftet"]
    tiers = made.tiers.values_list("key", "name_nb", "price", "limit_per_organisation")
    assert list(tiers) == list(
        held.tiers.values_list("key", "name_nb", "price", "limit_per_organisation")
    )
    free = made.tiers.get(key="friplass")
    assert free.overflow_tier == made.tiers.get(key="ansatt")
    assert [(each.days_before, each.percent) for each in made.cancellation_rules.all()] == [
        (14, Decimal(50))
    ]
    talk, group, first, again = made.sessions.all()
    assert (first.block, again.block) == (made.blocks.get(), made.blocks.get())
    assert (first.repeats, again.repeats) == (None, first)
    assert (first.capacity, first.called_off_at) == (12, None)
    assert (talk.room, talk.track) == (held.sessions.get(key="foredrag").room, made.tracks.get())
    assert group.room == made.rooms.get()
    assert talk.guid != held.sessions.get(key="foredrag").guid


def test_nobody_comes_along(held: Conference, organiser: User) -> None:
    make_booking_row(Tier.objects.get(conference=held, price=0))
    made = copied(held, organiser)
    assert not Registration.objects.filter(conference=made).exists()
    assert not Booking.objects.filter(conference=made).exists()
    assert not JoinDetails.objects.filter(conference=made).exists()
    assert not Contribution.objects.filter(session__conference=made).exists()


def test_contributors_come_along_where_it_is_said(held: Conference, organiser: User) -> None:
    made = copied(held, organiser, with_contributors=True)
    found = Contribution.objects.get(session__conference=made)
    assert (str(found), found.presented_as) == ("Kari Innleder (foredragsholder)", "professor")


# What a copy may make rows of; a new kind of row is decided upon here.
COPIED = {
    "conferences.Conference", "conferences.ConferenceOrganiser", "conferences.Publication", "conferences.Room",
    "programme.Track", "programme.ChoiceBlock", "programme.Session", "programme.Contribution",
    "registrations.Tier", "registrations.CancellationRule",
    "surveys.Survey", "surveys.Section", "surveys.Question", "surveys.QuestionVersion", "surveys.Option",
    "audit.AuditEvent",
}  # fmt: skip


def test_only_these_kinds_of_rows_are_made(held: Conference, organiser: User) -> None:
    make_booking_row(Tier.objects.get(conference=held, price=0))
    make_invitation(make_survey([asking("one")], conference=held))

    def counts() -> dict[str, int]:
        return {model._meta.label: model._base_manager.count() for model in apps.get_models()}

    before = counts()
    copied(held, organiser, with_contributors=True)
    after = counts()
    grown = {label for label, count in after.items() if count > before[label]}
    assert grown == COPIED
    assert AuditEvent.objects.get(action="conference.copied").details == {"source": held.key}


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Copenhagen"])
def test_into_and_out_of_the_night_the_clocks_change(zone: str, organiser: User, db: None) -> None:
    starts_at = datetime(2026, 3, 22, 0, 30, tzinfo=UTC)  # 01.30, and a talk at 02.30
    night = make_conference(starts_at=starts_at, time_zone=zone)
    make_session(night, title="Halv tre", starts_at=starts_at + timedelta(hours=1))
    make_session(night, title="Halv fire", starts_at=starts_at + timedelta(hours=2))
    made = copied(night, organiser, first_day=date(2026, 3, 29))
    clocks = {
        each.title: f"{each.starts_at.astimezone(made.zone):%H.%M}" for each in made.sessions.all()
    }
    assert clocks == {"Halv tre": "03.30", "Halv fire": "03.30"}
    back = copied(night, organiser, first_day=date(2026, 10, 25))
    assert [f"{each.starts_at.astimezone(back.zone):%H.%M}" for each in back.sessions.all()] == [
        "02.30",
        "03.30",
    ]


class TestPage:
    @pytest.fixture
    def desk(self, client: Client, organiser: User) -> Client:
        client.force_login(organiser)
        return client

    def address(self, conference: Conference) -> str:
        return reverse("admin:conferences_conference_copy", args=[conference.pk])

    def test_suggests_the_same_day_of_the_week_a_year_later(
        self, desk: Client, held: Conference
    ) -> None:
        form = desk.get(self.address(held)).context["form"]
        assert (form["title"].value(), form["first_day"].value()) == ("Konferansen 2027", THURSDAY)

    def test_makes_the_copy_in_one_press(self, desk: Client, held: Conference) -> None:
        sent = {"title": "Konferansen 2027", "first_day": "2027-04-15"}
        response = desk.post(self.address(held), sent)
        made = Conference.objects.get(slug="konferansen-2027")
        assert response["Location"] == reverse(
            "admin:conferences_conference_change", args=[made.pk]
        )
        assert desk.get(response["Location"]).status_code == 200

    @pytest.mark.parametrize(
        ("sent", "wrong"),
        [
            ({"title": "", "first_day": "2027-04-15"}, "title"),
            ({"title": "\u202eevil", "first_day": "2027-04-15"}, "title"),
            ({"title": "A", "first_day": "neste år"}, "first_day"),
            ({"title": "A", "first_day": "0001-01-01"}, "first_day"),
            ({"title": "A", "first_day": "9999-12-31"}, "first_day"),
        ],
    )
    def test_what_cannot_be_is_told(
        self, desk: Client, held: Conference, sent: dict[str, str], wrong: str
    ) -> None:
        response = desk.post(self.address(held), sent)
        assert list(response.context["form"].errors) == [wrong]
        assert Conference.objects.count() == 1
