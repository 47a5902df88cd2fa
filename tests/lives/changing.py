"""Steps of people who are there: they change, swap, hand over, cancel, think again, and answer offers."""

from hypothesis import strategies as st

from registrations import addresses
from registrations.actions import (
    cancelling,
    changing,
    handing_over,
    naming_seats,
    places,
    taking_back,
)
from registrations.actions.workshops import change_workshop, leave_workshop
from registrations.models import Booking, Registration
from registrations.models.cancellation_rule import NOTHING
from tests.lives.coming import CHOOSING
from tests.lives.life import ANYONE, Life, State, step


class Changing(Life):
    @step(number=ANYONE, badge=st.sampled_from(["", "Bo", "Siv"]))
    def details_change(self, number: int, badge: str) -> None:
        if person := self.one(number, *Registration.ACTIVE):
            with self.refused():
                details = changing.Details(name=person.name, badge_name=badge)
                changing.change(registration=person, details=details)

    @step(number=ANYONE)
    def an_address_changes(self, number: int) -> None:
        if person := self.one(number, *Registration.ACTIVE):
            email = f"ny{self.new_name()[-3:]}@example.no"
            with self.refused():
                changing.use_address(token=addresses.token_for(person, email))

    @step(number=ANYONE, workshop=ANYONE, wait=st.booleans(), weight=2)
    def someone_changes_workshop(self, number: int, workshop: int, wait: bool) -> None:
        person, session = self.one(number, *Registration.ACTIVE), self.workshop(workshop)
        if person and session:
            with self.refused(*CHOOSING):
                self.step.losing |= {person.pk}
                change_workshop(registration=person, session=session, wait=wait)

    @step(number=ANYONE, workshop=ANYONE)
    def someone_leaves_a_workshop(self, number: int, workshop: int) -> None:
        person, session = self.one(number, *Registration.ACTIVE), self.workshop(workshop)
        if person and session:
            with self.refused("must_choose", "wrong_state"):
                self.step.losing |= {person.pk}
                leave_workshop(registration=person, session=session)

    @step(number=ANYONE, other=st.one_of(st.none(), ANYONE))
    def a_place_is_handed_over(self, number: int, other: int | None) -> None:
        """To someone new, or to a colleague who is registered already: then theirs, or this one, goes on."""
        person = self.one(number, *Registration.STANDING)
        if person is None:
            return
        name = self.new_name()
        email = f"{name[-3:]}@example.no"
        known = None if other is None else self.one(other, *Registration.ACTIVE)
        if known is not None and known.email:
            name, email = known.name, known.email
            self.step.leaving |= self.with_companions(known)
            self.replaced.add(known.pk)
        with self.refused("wrong_state", "no_organisation", "same_person", "own_workshop"):
            self.step.leaving |= self.with_companions(person)
            self.step.losing |= self.step.leaving
            handing_over.hand_over(registration=person, name=name, email=email)

    @step(number=ANYONE, other=st.one_of(st.none(), ANYONE), has_address=st.booleans())
    def someone_is_named(self, number: int, other: int | None, has_address: bool) -> None:
        """For a place that has no name yet: someone new, or a colleague who is registered already."""
        person = self.nameless(number)
        if person is None:
            return
        name = self.new_name()
        email = f"{name[-3:]}@example.no" if has_address else ""
        known = None if other is None else self.one(other, *Registration.ACTIVE)
        if known is not None and known.email:
            name, email = known.name, known.email
            self.step.leaving |= self.with_companions(known)
            self.replaced.add(known.pk)
        with self.refused("wrong_state"):
            self.step.leaving.add(person.pk)
            self.step.losing |= self.step.leaving
            guest = naming_seats.Guest(name=name, email=email)
            naming_seats.name_seat(registration=person, guest=guest)

    @step(
        number=ANYONE,
        by_organiser=st.booleans(),
        states=st.sampled_from([Registration.HOLDING, Registration.STANDING]),
        weight=3,
    )
    def someone_cancels(self, number: int, by_organiser: bool, states: tuple[State, ...]) -> None:
        if person := self.one(number, *states):
            with self.refused("wrong_state"):
                self.step.leaving |= self.with_companions(person)
                by = self.organiser if by_organiser else None
                cancelling.cancel(registration=person, by=by)

    @step(number=ANYONE)
    def a_party_cancels(self, number: int) -> None:
        if person := self.one(number, *Registration.STANDING):
            with self.refused("wrong_state"):
                self.step.leaving |= self.party_of(person)
                booking = Booking.objects.get(pk=person.booking_id)
                cancelling.cancel_party(booking=booking, agreed=NOTHING)

    @step(number=ANYONE)
    def someone_thinks_again(self, number: int) -> None:
        if person := self.one(number, State.CANCELLED):
            with self.refused("wrong_state", "too_late", "taken", "already_registered"):
                taking_back.take_back(registration=person)

    @step(number=ANYONE, yes=st.booleans(), weight=2)
    def an_offer_is_answered(self, number: int, yes: bool) -> None:
        if person := self.one(number, State.OFFERED):
            with self.refused("expired"):
                if yes:
                    places.accept_offer(registration=person)
                else:
                    self.step.leaving |= self.party_of(person)
                    places.decline_offer(registration=person)
