"""What must hold after each step, of places and of seats. Each promise is given what was before and what is now."""

from collections import Counter, defaultdict

from programme.models import Session
from registrations import line
from registrations.line import InLine
from registrations.models import Registration, SessionSeat
from registrations.queries import Ledger
from tests.lives.life import Step
from tests.lives.picture import Picture, owner

State = Registration.State
Seat = SessionSeat.State


# --- Places ----------------------------------------------------------------------------------


def nothing_is_overbooked(before: Picture, now: Picture, step: Step) -> None:
    """An organisation may stand above its limit after a merge, or after one is taken back, and never rises there."""
    assert len(now.holding) <= (now.conference.capacity or 0)
    taken = places_by_owner(now)
    had = places_by_owner(now, [each for each in before.holding if each.pk in now.people])
    for tier in now.tiers.values():
        if tier.capacity is not None:
            assert sum(n for (pk, _owner), n in taken.items() if pk == tier.pk) <= tier.capacity
    for (tier_pk, whose), number in taken.items():
        limit = now.limit_of(now.tiers[tier_pk], whose)
        assert limit is None or number <= max(limit, had[tier_pk, whose]), (tier_pk, whose)


def places_by_owner(
    now: Picture, holding: list[Registration] | None = None
) -> Counter[tuple[int, int | None]]:
    """Companions count for nobody. `holding` are counted for those they belong to now."""
    people = now.holding if holding is None else holding
    return Counter(
        (each.tier_id, owner(now.people[each.pk])) for each in people if not each.companion_of_id
    )


def an_offer_has_a_place_and_a_deadline(before: Picture, now: Picture, step: Step) -> None:
    ledger = Ledger.of(now.conference)
    assert ledger.taken() == len(now.holding)
    for each in now.people.values():
        assert bool(each.state == State.OFFERED) <= bool(each.offer_key and each.offer_expires_at)
        if each.state == State.OFFERED and each.offer_expires_at:
            assert each.offer_expires_at <= now.conference.starts_at


def everyone_pays_what_their_place_costs(before: Picture, now: Picture, step: Step) -> None:
    for each in now.people.values():
        assert each.price == (0 if each.companion_of_id else now.tiers[each.tier_id].price)


def companions_stand_as_their_person_does(before: Picture, now: Picture, step: Step) -> None:
    for each in now.people.values():
        person = each.companion_of
        if person is not None and each.state in Registration.STANDING:
            person = now.people[person.pk]
            assert (each.state, each.tier_id) == (person.state, person.tier_id)


def nobody_is_lost(before: Picture, now: Picture, step: Step) -> None:
    """Whoever has a place, an offer or a turn keeps it, unless they go, or let an offer or the day for names pass."""
    assert len(now.people) - len(before.people) == step.new
    for pk, each in before.people.items():
        after = now.people[pk]
        assert after.booking.organisation is None or after.booking.organisation.merged_into is None
        if each.state not in Registration.ACTIVE or after.state in Registration.ACTIVE:
            continue
        expires = each.offer_expires_at
        lapsed = after.state == State.LAPSED and expires is not None and expires <= now.at
        unnamed = after.is_unnamed and now.conference.nameable_until() <= now.at
        assert lapsed or unnamed or pk in step.leaving, (each.state, after.state)


def nobody_has_a_place_before_an_answer(before: Picture, now: Picture, step: Step) -> None:
    seats = {seat.registration_id for seat in now.seats if seat.state != Seat.WISHED}
    for each in now.people.values():
        if each.state in {State.PENDING, State.DECLINED}:
            assert each.pk not in seats
            assert each.state == State.DECLINED or not (each.confirmed_at or each.waiting_since)


# --- The waiting list ------------------------------------------------------------------------


def nobody_waits_for_a_place_that_is_free(before: Picture, now: Picture, step: Step) -> None:
    """Unless it is kept for a party before them, which is in line as well."""
    if now.line and not now.has_begun:
        served = line.serve(Ledger.of(now.conference), now.line, now.tiers)
        assert served.given == []


def the_first_of_all_wait_for_a_reason(before: Picture, now: Picture, step: Step) -> None:
    """Counted by hand: there is no room for them beyond all that may be kept for those before who come together."""
    if now.has_begun:
        return
    taken, kept = places_by_owner(now), 0
    for unit in now.line:
        assert not there_is_room(now, taken, kept, unit)
        if len(unit) > 1:
            taken.update(wanted_by(unit))
            kept += len(unit)


def wanted_by(unit: list[InLine]) -> Counter[tuple[int, int | None]]:
    return Counter((each.tier_id, each.owner) for each in unit if not each.is_companion)


def there_is_room(
    now: Picture, taken: Counter[tuple[int, int | None]], kept: int, unit: list[InLine]
) -> bool:
    wanted = wanted_by(unit)
    if len(now.holding) + kept + len(unit) > (now.conference.capacity or 0):
        return False
    for (tier_pk, whose), number in wanted.items():
        tier = now.tiers[tier_pk]
        limit = now.limit_of(tier, whose)
        if limit is not None and taken[tier_pk, whose] + number > limit:
            return False
        in_tier = sum(n for (pk, _owner), n in (taken + wanted).items() if pk == tier_pk)
        if tier.capacity is not None and in_tier > tier.capacity:
            return False
    return True


def the_first_in_line_goes_first(before: Picture, now: Picture, step: Step) -> None:
    """Of those who waited for the same kind of place of the same owner: only who could never come is passed."""
    passed: set[tuple[int, int | None]] = set()
    for unit in before.line:
        people = [now.people[each.pk] for each in unit if each.pk not in step.exempt]
        if any(each.state in Registration.HOLDING for each in people):
            assert not passed & {(each.tier_id, owner(each)) for each in people}
        elif people and {each.state for each in people} == {State.WAITING}:
            kinds = {(each.tier_id, owner(each)) for each in people}
            alone = len(unit) == 1
            could_come = len(kinds) == 1 and fits_in_an_empty_house(now, unit)
            if alone or (could_come and not any(each.is_companion for each in unit)):
                passed |= kinds


def fits_in_an_empty_house(now: Picture, unit: list[InLine]) -> bool:
    ledger = Ledger(now.conference)
    ledger.raised = now.raised
    return line.fits_at_all(ledger, unit, now.tiers)


# --- Workshops -------------------------------------------------------------------------------


def no_workshop_is_overbooked(before: Picture, now: Picture, step: Step) -> None:
    held = Counter(seat.session_id for seat in now.seats if seat.is_held)
    for pk, session in now.sessions.items():
        assert session.capacity is None or held[pk] <= session.capacity


def nobody_is_in_two_places_or_twice_in_one(before: Picture, now: Picture, step: Step) -> None:
    for seats in now.held_seats.values():
        for number, seat in enumerate(seats):
            for other in seats[number + 1 :]:
                assert not seat.session.overlaps(other.session)
                assert seat.session.topic != other.session.topic


def seats_are_for_those_with_a_place(before: Picture, now: Picture, step: Step) -> None:
    """And wishes for those who have none yet."""
    for seat in now.seats:
        states = Registration.HOPING if seat.state == Seat.WISHED else Registration.HOLDING
        assert seat.registration.state in states
        assert seat.registration.companion_of_id is None
        assert seat.session.called_off_at is None


def nobody_waits_for_a_seat_that_is_free(before: Picture, now: Picture, step: Step) -> None:
    """Unless they hold something else at that time, or the workshop again at another."""
    held = Counter(seat.session_id for seat in now.seats if seat.is_held)
    for seat in now.seats:
        session = seat.session
        if seat.waits and not now.has_begun and held[session.pk] < (session.capacity or 0):
            assert not can_be_there(now, seat)


def can_be_there(now: Picture, seat: SessionSeat) -> bool:
    others: list[Session] = [
        each.session
        for each in now.held_seats[seat.registration_id]
        if each.block_id != seat.block_id
    ]
    return not any(
        seat.session.overlaps(each) or seat.session.topic == each.topic for each in others
    )


def nobody_loses_a_seat_without_doing_anything(before: Picture, now: Picture, step: Step) -> None:
    """Unless they give up their place, or are moved to what they waited for."""
    held = {(seat.registration_id, seat.block_id) for seat in now.seats if seat.is_held}
    for seat in before.seats:
        pk = seat.registration_id
        if seat.is_held and (pk, seat.block_id) not in held and pk not in step.losing:
            assert now.people[pk].state not in Registration.HOLDING


def nobody_jumps_the_line_of_a_workshop(before: Picture, now: Picture, step: Step) -> None:
    """Who had waited longer and could be there has the seat too, or has gone out of the line."""
    got: dict[int, list[SessionSeat]] = defaultdict(list)
    held = {(seat.registration_id, seat.session_id) for seat in now.seats if seat.is_held}
    waits = {(seat.registration_id, seat.session_id): seat for seat in now.seats if seat.waits}
    for seat in before.seats:
        if seat.waits and (seat.registration_id, seat.session_id) in held:
            got[seat.session_id].append(seat)
    for seat in before.seats:
        mine = waits.get((seat.registration_id, seat.session_id))
        if not seat.waits or mine is None or mine.waiting_since != seat.waiting_since:
            continue
        if seat.registration_id in step.losing or not can_be_there(now, mine):
            continue
        for other in got[seat.session_id]:
            assert other.waiting_since is not None
            assert seat.waiting_since is not None
            mine_first = (seat.waiting_since, seat.pk) < (other.waiting_since, other.pk)
            assert not mine_first or other.registration_id in step.exempt


PLACES = (
    nothing_is_overbooked,
    an_offer_has_a_place_and_a_deadline,
    everyone_pays_what_their_place_costs,
    companions_stand_as_their_person_does,
    nobody_is_lost,
    nobody_has_a_place_before_an_answer,
    nobody_waits_for_a_place_that_is_free,
    the_first_of_all_wait_for_a_reason,
    the_first_in_line_goes_first,
)
WORKSHOPS = (
    no_workshop_is_overbooked,
    nobody_is_in_two_places_or_twice_in_one,
    seats_are_for_those_with_a_place,
    nobody_waits_for_a_seat_that_is_free,
    nobody_loses_a_seat_without_doing_anything,
    nobody_jumps_the_line_of_a_workshop,
)
