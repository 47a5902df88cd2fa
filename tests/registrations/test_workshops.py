"""Seats in workshops: choosing, swapping, waiting, leaving, and what follows from each."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from conferences.models import Conference
from network.models import User
from programme.actions.restoring import restore
from programme.models import ChoiceBlock, Session
from recovery_network.mail.models import Mail
from registrations.actions import cancelling, places
from registrations.actions.workshops import call_off_workshop, change_workshop, leave_workshop
from registrations.errors import RegistrationError
from registrations.models import Registration, SessionSeat, Tier
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def tier(conference: Conference) -> Tier:
    return factories.make_tier(conference)


@pytest.fixture
def block(conference: Conference) -> ChoiceBlock:
    return factories.make_block(conference, "en", title="Blokk 1")


@pytest.fixture
def small(block: ChoiceBlock) -> Session:
    """One seat."""
    return factories.make_workshop(block, "liten", title="Liten", capacity=1)


@pytest.fixture
def roomy(block: ChoiceBlock) -> Session:
    """Three seats, at the same time."""
    return factories.make_workshop(block, "romslig", title="Romslig", capacity=3)


def someone(tier: Tier, *workshops: Session, **fields: Any) -> Registration:
    """A registered person who has chosen, one after the other; waiting where it is full."""
    registration = factories.make_registration(tier, **fields)
    for workshop in workshops:
        change_workshop(registration=registration, session=workshop, wait=True)
    return registration


def seats(registration: Registration) -> list[tuple[str, str]]:
    return sorted(registration.seats.values_list("session__key", "state"))


def kinds(registration: Registration) -> list[str]:
    found = Mail.objects.filter(recipient=registration.email).order_by("pk")
    return list(found.values_list("kind", flat=True))


def code(change: Any, **arguments: Any) -> str:
    with pytest.raises(RegistrationError) as refusal:
        change(**arguments)
    return refusal.value.code


class TestChoosing:
    def test_a_free_seat_is_taken(self, tier: Tier, roomy: Session) -> None:
        registration = someone(tier, roomy)

        assert seats(registration) == [("romslig", "held")]
        assert kinds(registration) == ["confirmation", "workshops_changed"]

    def test_a_full_workshop_is_refused_unless_one_waits(self, tier: Tier, small: Session) -> None:
        someone(tier, small)
        late = factories.make_registration(tier)

        assert code(change_workshop, registration=late, session=small) == "workshop_full"
        change_workshop(registration=late, session=small, wait=True)
        assert seats(late) == [("liten", "waiting")]

    def test_no_workshop_is_overbooked(self, tier: Tier, small: Session, roomy: Session) -> None:
        crowd = [someone(tier, small) for _ in range(3)]

        assert [seats(each) for each in crowd] == [
            [("liten", "held")], [("liten", "waiting")], [("liten", "waiting")],
        ]  # fmt: skip

    def test_two_at_the_same_time_are_refused(
        self, conference: Conference, tier: Tier, roomy: Session
    ) -> None:
        other = factories.make_block(conference)
        half_over = factories.make_workshop(
            other, starts_at=roomy.starts_at + timedelta(minutes=59),
            ends_at=roomy.starts_at + timedelta(hours=2),
        )  # fmt: skip
        right_after = factories.make_workshop(other, hour=2)
        registration = someone(tier, roomy)

        assert code(change_workshop, registration=registration, session=half_over) == "overlap"
        change_workshop(registration=registration, session=right_after)
        assert seats(registration) == sorted([("romslig", "held"), (right_after.key, "held")])

    def test_what_one_waits_for_counts_as_chosen(
        self, conference: Conference, tier: Tier, small: Session
    ) -> None:
        someone(tier, small)
        waiting = someone(tier, small)
        same_time = factories.make_workshop(factories.make_block(conference))

        assert code(change_workshop, registration=waiting, session=same_time) == "overlap"

    def test_the_same_workshop_twice_is_refused(
        self, conference: Conference, tier: Tier, roomy: Session
    ) -> None:
        again = factories.make_workshop(factories.make_block(conference), hour=3, repeats=roomy)
        registration = someone(tier, roomy)

        assert code(change_workshop, registration=registration, session=again) == "same_workshop"

    def test_a_facilitator_needs_no_seat_in_their_own(
        self, tier: Tier, roomy: Session, organiser: User
    ) -> None:
        factories.make_contribution(roomy, "Åse  DAHL")
        registration = factories.make_registration(tier, name="Åse Dahl")
        namesake: dict[str, Any] = {"registration": registration, "session": roomy}

        assert code(change_workshop, **namesake) == "own_workshop"
        change_workshop(**namesake, by=organiser, reason="En annen med samme navn")
        assert seats(registration) == [("romslig", "held")]

    def test_nothing_is_changed_after_the_deadline(
        self, tier: Tier, block: ChoiceBlock, small: Session, roomy: Session, organiser: User
    ) -> None:
        registration = someone(tier, roomy)
        ChoiceBlock.objects.update(closes_at=timezone.now() - timedelta(minutes=1))

        assert code(change_workshop, registration=registration, session=small) == "too_late"
        change_workshop(registration=registration, session=small, by=organiser)
        assert seats(registration) == [("liten", "held")]

    def test_the_start_of_the_gathering_is_the_last_deadline(
        self, tier: Tier, roomy: Session
    ) -> None:
        registration = factories.make_registration(tier)
        with time_machine.travel(tier.conference.starts_at, tick=False):
            assert code(change_workshop, registration=registration, session=roomy) == "too_late"

    def test_workshops_of_another_gathering_are_unknown(self, tier: Tier) -> None:
        elsewhere = factories.make_workshop(factories.make_block(factories.make_conference()))
        registration = factories.make_registration(tier)

        assert code(change_workshop, registration=registration, session=elsewhere) == (
            "unknown_workshop"
        )

    def test_who_has_cancelled_chooses_nothing(self, tier: Tier, roomy: Session) -> None:
        registration = cancelling.cancel(registration=factories.make_registration(tier))

        assert code(change_workshop, registration=registration, session=roomy) == "wrong_state"

    def test_choosing_again_what_one_has_changes_nothing(self, tier: Tier, roomy: Session) -> None:
        registration = someone(tier, roomy)

        assert code(change_workshop, registration=registration, session=roomy) == "chosen_already"
        assert kinds(registration) == ["confirmation", "workshops_changed"]


class TestSwapping:
    def test_into_a_free_seat(self, tier: Tier, small: Session, roomy: Session) -> None:
        registration = someone(tier, roomy, small)

        assert seats(registration) == [("liten", "held")]

    def test_the_old_seat_is_kept_while_one_waits(
        self, tier: Tier, small: Session, roomy: Session
    ) -> None:
        someone(tier, small)
        registration = someone(tier, roomy, small)

        assert seats(registration) == [("liten", "waiting"), ("romslig", "held")]

    def test_a_refused_swap_changes_nothing(
        self, tier: Tier, small: Session, roomy: Session
    ) -> None:
        someone(tier, small)
        registration = someone(tier, roomy)

        assert code(change_workshop, registration=registration, session=small) == "workshop_full"
        assert seats(registration) == [("romslig", "held")]

    def test_a_freed_seat_goes_to_the_first_in_line_and_so_does_theirs(
        self, tier: Tier, block: ChoiceBlock, small: Session
    ) -> None:
        other = factories.make_workshop(block, "annen", capacity=1)
        third = factories.make_workshop(block, "tredje", capacity=1)
        holder = someone(tier, small)
        first = someone(tier, other, small)
        second = someone(tier, third, other)
        last = someone(tier, small)

        cancelling.cancel(registration=holder)

        assert [seats(each) for each in (holder, first, second, last)] == [
            [], [("liten", "held")], [("annen", "held")], [("liten", "waiting")],
        ]  # fmt: skip
        assert [kinds(each)[-1] for each in (first, second)] == ["workshop_moved_up"] * 2
        assert "workshop_moved_up" not in kinds(last)

    def test_two_who_are_first_in_line_for_each_others_workshop_trade(
        self, tier: Tier, block: ChoiceBlock, small: Session
    ) -> None:
        other = factories.make_workshop(block, "annen", capacity=1)
        one, two = someone(tier, small), someone(tier, other)

        change_workshop(registration=one, session=other, wait=True)
        change_workshop(registration=two, session=small, wait=True)

        assert (seats(one), seats(two)) == ([("annen", "held")], [("liten", "held")])
        assert [kinds(each)[-1] for each in (one, two)] == ["workshop_moved_up"] * 2

    def test_nobody_trades_past_the_line(
        self, tier: Tier, block: ChoiceBlock, small: Session
    ) -> None:
        other = factories.make_workshop(block, "annen", capacity=1)
        one, two = someone(tier, small), someone(tier, other)
        patient = someone(tier, small)

        change_workshop(registration=one, session=other, wait=True)
        change_workshop(registration=two, session=small, wait=True)

        assert [seats(each) for each in (one, two, patient)] == [
            [("annen", "waiting"), ("liten", "held")],
            [("annen", "held"), ("liten", "waiting")],
            [("liten", "waiting")],
        ]

    def test_the_turn_is_kept_when_the_seat_meanwhile_is_changed(
        self, tier: Tier, block: ChoiceBlock, small: Session, roomy: Session
    ) -> None:
        third = factories.make_workshop(block, "tredje")
        someone(tier, small)
        registration = someone(tier, roomy, small, third)

        assert seats(registration) == [("liten", "waiting"), ("tredje", "held")]

    def test_one_waits_in_one_line_of_a_block_at_most(
        self, tier: Tier, block: ChoiceBlock, small: Session
    ) -> None:
        other = factories.make_workshop(block, "annen", capacity=1)
        someone(tier, small)
        someone(tier, other)

        assert seats(someone(tier, small, other)) == [("annen", "waiting")]

    def test_each_change_is_told_once_with_a_calendar_entry(
        self, tier: Tier, small: Session, roomy: Session
    ) -> None:
        registration = someone(tier, roomy, small)

        told = Mail.objects.filter(recipient=registration.email, kind="workshops_changed")
        assert [mail.attachments for mail in told.order_by("pk")] == [
            [f"registration-calendar:{registration.pk}:{registration.calendar_uid}"]
        ] * 2
        registration.refresh_from_db()
        assert registration.sequence == 2


class TestLeaving:
    def test_the_line(self, tier: Tier, small: Session, roomy: Session) -> None:
        someone(tier, small)
        registration = someone(tier, roomy, small)

        leave_workshop(registration=registration, session=small)

        assert seats(registration) == [("romslig", "held")]

    def test_a_block_where_everyone_takes_part_only_by_choosing_another(
        self, tier: Tier, roomy: Session
    ) -> None:
        registration = someone(tier, roomy)

        assert code(leave_workshop, registration=registration, session=roomy) == "must_choose"
        assert seats(registration) == [("romslig", "held")]

    def test_a_block_that_one_may_choose_in(
        self, tier: Tier, block: ChoiceBlock, small: Session
    ) -> None:
        ChoiceBlock.objects.update(rule=ChoiceBlock.Rule.MAY)
        registration = someone(tier, small)
        waiting = someone(tier, small)

        leave_workshop(registration=registration, session=small)

        assert (seats(registration), seats(waiting)) == ([], [("liten", "held")])

    def test_what_one_does_not_have(self, tier: Tier, roomy: Session) -> None:
        registration = factories.make_registration(tier)

        assert code(leave_workshop, registration=registration, session=roomy) == "wrong_state"


class TestWithoutAPlace:
    """Who waits for a place at the gathering has wishes, and takes nobody's seat."""

    @pytest.fixture
    def tier(self) -> Tier:
        return factories.make_tier(factories.make_conference(capacity=1))

    @pytest.fixture
    def conference(self, tier: Tier) -> Conference:
        return tier.conference

    def test_wishes_become_seats_with_the_offer(
        self, tier: Tier, small: Session, roomy: Session
    ) -> None:
        holder = someone(tier, small)
        waiting = someone(tier, roomy, small)
        assert list(waiting.seats.order_by("rank").values_list("session__key", "state")) == [
            ("liten", "wished"), ("romslig", "wished"),
        ]  # fmt: skip

        cancelling.cancel(registration=holder)

        waiting.refresh_from_db()
        assert (waiting.state, seats(waiting)) == ("offered", [("liten", "held")])

    def test_the_second_wish_where_the_first_is_full(
        self, tier: Tier, small: Session, roomy: Session
    ) -> None:
        someone(tier, small)
        waiting = someone(tier, roomy, small)
        Conference.objects.update(capacity=2)

        places.refill(conference_id=tier.conference_id)

        assert seats(waiting) == [("liten", "waiting"), ("romslig", "held")]

    def test_those_with_a_place_go_before_those_who_just_get_one(
        self, tier: Tier, small: Session
    ) -> None:
        Conference.objects.update(capacity=2)
        holder, in_line = someone(tier, small), someone(tier, small)
        newcomer = someone(tier, small)

        cancelling.cancel(registration=holder)

        assert seats(in_line) == [("liten", "held")]
        assert seats(newcomer) == [("liten", "waiting")]

    def test_an_offer_that_lapses_frees_its_seats(self, tier: Tier, small: Session) -> None:
        holder, waiting = factories.make_registration(tier), someone(tier, small)
        cancelling.cancel(registration=holder)
        assert seats(waiting) == [("liten", "held")]

        with time_machine.travel(timezone.now() + timedelta(hours=49), tick=False):
            places.settle()

        assert seats(waiting) == []

    def test_a_wish_is_taken_back(self, tier: Tier, small: Session, roomy: Session) -> None:
        factories.make_registration(tier)
        waiting = someone(tier, roomy, small)

        assert code(leave_workshop, registration=waiting, session=small) == "must_choose"
        leave_workshop(registration=waiting, session=roomy)
        assert seats(waiting) == [("liten", "wished")]


class TestCapacity:
    def test_a_seat_that_a_double_only_seemed_to_take_is_given_by_the_next_round(
        self, tier: Tier, small: Session, roomy: Session
    ) -> None:
        """Until then the answer is the one that a party of newcomers would get."""
        known = factories.make_registration(tier)
        first, second = (
            factories.make_person(
                tier,
                name=name,
                email=email,
                workshops=(factories.make_choice("en", "liten", second="romslig"),),
            )
            for name, email in ((known.name, known.email), ("Ny", "ny@example.no"))
        )
        booking = factories.make_booking(tier.conference, [first, second])
        new = booking.registrations.get(name="Ny")
        assert seats(new) == [("liten", "waiting"), ("romslig", "held")]

        places.settle()

        assert seats(new) == [("liten", "held")]

    def test_more_seats_go_to_the_line(self, tier: Tier, small: Session) -> None:
        crowd = [someone(tier, small) for _ in range(4)]
        Session.objects.filter(pk=small.pk).update(capacity=3)

        places.refill(conference_id=tier.conference_id)

        assert [state for each in crowd for _key, state in seats(each)] == [
            "held", "held", "held", "waiting",
        ]  # fmt: skip

    def test_fewer_seats_take_nobodys(self, tier: Tier, roomy: Session) -> None:
        crowd = [someone(tier, roomy) for _ in range(3)]
        Session.objects.filter(pk=roomy.pk).update(capacity=1)

        places.refill(conference_id=tier.conference_id)
        cancelling.cancel(registration=crowd[0])

        assert [seats(each) for each in crowd] == [[], *[[("romslig", "held")]] * 2]

    def test_after_the_block_has_closed_nobody_is_moved(
        self, tier: Tier, small: Session, organiser: User
    ) -> None:
        holder, waiting = someone(tier, small), someone(tier, small)
        ChoiceBlock.objects.update(closes_at=timezone.now() - timedelta(minutes=1))

        cancelling.cancel(registration=holder, by=organiser)

        assert seats(waiting) == [("liten", "waiting")]

    def test_someone_who_cannot_be_there_any_more_is_passed_over(
        self, conference: Conference, tier: Tier, small: Session
    ) -> None:
        later = factories.make_workshop(factories.make_block(conference), hour=3)
        holder, busy, free = (
            someone(tier, small), someone(tier, later, small), someone(tier, small),
        )  # fmt: skip
        Session.objects.filter(pk=later.pk).update(starts_at=small.starts_at, ends_at=small.ends_at)
        factories.republish(conference.pk)

        cancelling.cancel(registration=holder)

        assert seats(free) == [("liten", "held")]
        assert seats(busy) == sorted([("liten", "waiting"), (later.key, "held")])


class TestVersions:
    """What one chooses among is what readers see; how many seats there are holds at once."""

    def test_a_workshop_of_the_draft_is_not_chosen(
        self, tier: Tier, block: ChoiceBlock, roomy: Session
    ) -> None:
        draft = factories.make_workshop(block, published=False)
        registration = factories.make_registration(tier)

        assert code(change_workshop, registration=registration, session=draft) == (
            "unknown_workshop"
        )

    def test_times_count_as_published(
        self, conference: Conference, tier: Tier, roomy: Session
    ) -> None:
        later = factories.make_workshop(factories.make_block(conference), hour=3)
        Session.objects.filter(pk=later.pk).update(starts_at=roomy.starts_at, ends_at=roomy.ends_at)

        assert len(seats(someone(tier, roomy, later))) == 2

    def test_bringing_a_version_back_leaves_seats_blocks_and_numbers(
        self, conference: Conference, tier: Tier, small: Session, organiser: User
    ) -> None:
        before = factories.republish(conference.pk)
        holder, waiting = someone(tier, small), someone(tier, small)
        Session.objects.filter(pk=small.pk).update(capacity=2, title="Nytt navn")

        restore(version=before, by=organiser)
        places.refill(conference_id=conference.pk)

        small.refresh_from_db()
        assert (small.title, small.capacity) == ("Liten", 2)
        assert [seats(each) for each in (holder, waiting)] == [[("liten", "held")]] * 2

    def test_a_workshop_that_left_the_programme_is_passed_over(
        self, conference: Conference, tier: Tier, small: Session, roomy: Session
    ) -> None:
        holder = someone(tier, small)
        waiting = someone(tier, roomy, small)
        version = factories.republish(conference.pk)
        version.snapshot = [each for each in version.snapshot if each["key"] != "romslig"]
        version.save()

        cancelling.cancel(registration=holder)

        assert seats(waiting) == [("liten", "held")]


class TestCallingOff:
    def test_everyone_there_is_told_and_chooses_again(
        self, tier: Tier, small: Session, roomy: Session, organiser: User
    ) -> None:
        holder = someone(tier, small)
        waiting = someone(tier, roomy, small)
        untouched = someone(tier, roomy)

        told = call_off_workshop(session=small, by=organiser, reason="Sykdom")

        assert told == 2
        assert (seats(holder), seats(waiting)) == ([], [("romslig", "held")])
        assert [kinds(each)[-1] for each in (holder, waiting, untouched)] == [
            "workshop_called_off", "workshop_called_off", "workshops_changed",
        ]  # fmt: skip
        mail = Mail.objects.get(recipient=holder.email, kind="workshop_called_off")
        assert "Sykdom" in mail.text
        assert "Liten" not in mail.subject
        assert code(change_workshop, registration=holder, session=small) == "unknown_workshop"
        assert code(call_off_workshop, session=small, by=organiser) == "wrong_state"

    def test_not_once_it_has_begun(self, small: Session, organiser: User) -> None:
        with time_machine.travel(small.starts_at, tick=False):
            assert code(call_off_workshop, session=small, by=organiser) == "wrong_state"


class TestRules:
    """Each rule stands in the database too."""

    @pytest.fixture
    def person(self, tier: Tier) -> Registration:
        return factories.make_registration(tier)

    def breaks(self, name: str, **fields: Any) -> None:
        with pytest.raises(IntegrityError) as broken, transaction.atomic():
            SessionSeat.objects.create(**fields)
        assert name in str(broken.value) or "UNIQUE constraint failed" in str(broken.value)

    def test_one_row_for_each_workshop(
        self, person: Registration, block: ChoiceBlock, roomy: Session
    ) -> None:
        fields = {"registration": person, "session": roomy, "block": block}
        SessionSeat.objects.create(**fields, state="held")
        self.breaks("seat_session_once", **fields, state="waiting", waiting_since=timezone.now())

    def test_one_seat_in_each_block(
        self, person: Registration, block: ChoiceBlock, small: Session, roomy: Session
    ) -> None:
        fields = {"registration": person, "block": block, "state": "held"}
        SessionSeat.objects.create(**fields, session=small)
        self.breaks("seat_one_held_per_block", **fields, session=roomy)

    def test_one_line_in_each_block(
        self, person: Registration, block: ChoiceBlock, small: Session, roomy: Session
    ) -> None:
        fields = {"registration": person, "block": block, "state": "waiting", "waiting_since": timezone.now()}  # fmt: skip
        SessionSeat.objects.create(**fields, session=small)
        self.breaks("seat_one_waiting_per_block", **fields, session=roomy)

    def test_one_wish_of_each_rank(
        self, person: Registration, block: ChoiceBlock, small: Session, roomy: Session
    ) -> None:
        fields = {"registration": person, "block": block, "state": "wished", "rank": 2}
        SessionSeat.objects.create(**fields, session=small)
        self.breaks("seat_one_wish_per_rank", **fields, session=roomy)

    @pytest.mark.parametrize(
        ("name", "fields"),
        [
            ("seat_waiting_since", {"state": "waiting"}),
            ("seat_waiting_since", {"state": "held", "waiting_since": timezone.now()}),
            ("seat_state_known", {"state": "lost"}),
            ("seat_rank_of_wish", {"state": "held", "rank": 2}),
            ("seat_rank_of_wish", {"state": "wished", "rank": 3}),
        ],
    )
    def test_fields_agree(
        self, person: Registration, block: ChoiceBlock, roomy: Session, name: str, fields: Any
    ) -> None:
        self.breaks(name, registration=person, session=roomy, block=block, **fields)
