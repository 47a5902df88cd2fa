"""Steps of organisers, and what goes on by itself: time passes, and mails leave."""

from collections.abc import Callable, Sequence

from django.utils import timezone
from hypothesis import strategies as st

from conferences.models import Conference
from programme.models import Session
from recovery_network.mail.models import Mail
from registrations.actions import (
    approving,
    cancelling,
    checking_in,
    correcting,
    deciding,
    merging,
    naming_deadline,
    overriding,
    places,
    undoing,
)
from registrations.actions.workshops import call_off_workshop, change_workshop
from registrations.errors import RegistrationError
from registrations.models import BulkChange, LimitOverride, Registration, SessionSeat, Tier
from tests import factories
from tests.lives.life import ANYONE, Life, State, step

TIER = st.sampled_from(["ansatt", "friplass"])
Bulk = BulkChange.Action
Scarcity = Registration.Scarcity


class Organising(Life):
    # --- One person ---------------------------------------------------------------------------

    @step(number=ANYONE)
    def someone_is_confirmed(self, number: int) -> None:
        if person := self.one(number, State.WAITING, State.OFFERED, State.LAPSED):
            with self.refused("full", "already_registered"):
                self.step.exempt |= self.with_companions(person)
                places.confirm(registration=person, by=self.organiser)

    @step(number=ANYONE, key=TIER)
    def someone_is_moved(self, number: int, key: str) -> None:
        if person := self.one(number, *Registration.ACTIVE):
            with self.refused("same_tier", "full", "wrong_state", "organisation_required"):
                self.step.exempt |= self.with_companions(person)
                deciding.move(
                    registration=person, tier=Tier.objects.get(key=key), by=self.organiser
                )

    @step(number=ANYONE)
    def someone_is_put_first(self, number: int) -> None:
        if person := self.one(number, State.WAITING):
            with self.refused():
                self.step.exempt |= self.party_of(person)
                deciding.put_first(registration=person, reason="Ordstyrer", by=self.organiser)

    @step(number=ANYONE)
    def an_address_is_corrected(self, number: int) -> None:
        if person := self.one(number, *Registration.ACTIVE):
            with self.refused():
                correcting.correct(
                    registration=person,
                    name=person.name,
                    badge_name=person.badge_name,
                    email=f"rett{self.new_name()[-3:]}@example.no",
                    by=self.organiser,
                )

    @step(number=ANYONE, yes=st.booleans(), weight=2)
    def an_application_is_answered(self, number: int, yes: bool) -> None:
        if person := self.one(number, State.PENDING, State.DECLINED, State.DOUBLE):
            with self.refused("wrong_state", "already_registered"):
                if yes:
                    self.step.exempt |= self.party_of(person)
                    approving.approve(registration=person, by=self.organiser)
                else:
                    self.step.leaving |= self.party_of(person)
                    approving.decline(registration=person, by=self.organiser)

    @step(number=ANYONE)
    def someone_arrives(self, number: int) -> None:
        if person := self.one(number, State.CONFIRMED):
            with self.refused("too_early"):
                checking_in.check_in(registration=person, by=self.organiser)

    # --- Many at once -------------------------------------------------------------------------

    @step(number=ANYONE, action=st.sampled_from(list(Bulk)), key=TIER, weight=2)
    def much_is_done_at_once(self, number: int, action: Bulk, key: str) -> None:
        """To two or three of those who stand beside each other in the list."""
        people = [each for each in self.picture.people.values() if each.companion_of_id is None]
        if not people:
            return
        self.step.many = True
        start = number % len(people)
        chosen: Sequence[Registration] = people[start : start + 3]
        verb = self.verb_for(action, Tier.objects.get(key=key))
        pressed = approving.answered_with(chosen) if action in undoing.ANSWERS else chosen
        for each in pressed:
            mine = self.party_of(each)
            if action in {Bulk.CANCEL, Bulk.DECLINE}:
                self.step.leaving |= mine
            else:
                self.step.exempt |= mine
        with undoing.undoable(action=action, registrations=pressed, by=self.organiser):
            for each in approving.one_of_each(chosen):
                try:
                    verb(each)
                except RegistrationError:
                    continue

    def verb_for(self, action: Bulk, tier: Tier) -> Callable[[Registration], object]:
        by = self.organiser
        return {
            Bulk.CONFIRM: lambda each: places.confirm(registration=each, by=by),
            Bulk.CANCEL: lambda each: cancelling.cancel(registration=each, by=by),
            Bulk.MOVE: lambda each: deciding.move(registration=each, tier=tier, by=by),
            Bulk.APPROVE: lambda each: approving.approve(registration=each, by=by),
            Bulk.DECLINE: lambda each: approving.decline(registration=each, by=by),
        }[action]

    @step(number=ANYONE, weight=2)
    def it_is_undone(self, number: int) -> None:
        changes = list(BulkChange.objects.filter(undone_at=None).order_by("pk"))
        if not changes:
            return
        change = changes[number % len(changes)]
        concerned = {int(pk) for pk in change.before}
        with self.refused("too_late"):
            self.step.leaving |= concerned
            self.step.losing |= concerned
            self.step.exempt |= concerned
            self.step.untold |= concerned
            undoing.undo(change=change, by=self.organiser)

    # --- Limits -------------------------------------------------------------------------------

    @step(number=ANYONE, limit=st.integers(min_value=2, max_value=4))
    def a_limit_is_raised(self, number: int, limit: int) -> None:
        """For an organisation whose people wait because of it, where there is one."""
        everyone = self.picture.people.values()
        wants = [each for each in everyone if each.waiting_for == Scarcity.ORGANISATION]
        organisation = wants[number % len(wants)].booking.organisation if wants else None
        with self.refused("not_raised"):
            overriding.raise_limit(
                tier=Tier.objects.get(key="friplass"),
                organisation=organisation or self.organisation(number),
                limit=limit,
                reason="Egen buss",
                by=self.organiser,
            )

    @step()
    def a_limit_is_taken_back(self) -> None:
        if override := LimitOverride.objects.select_related("tier").first():
            overriding.restore_limit(override=override, by=self.organiser)

    @step(more=st.integers(min_value=1, max_value=2))
    def places_are_added(self, more: int) -> None:
        capacity = self.picture.conference.capacity
        assert capacity is not None
        Conference.objects.update(capacity=capacity + more)
        places.refill(conference_id=self.scene.conference)

    @step(first=ANYONE, second=ANYONE)
    def two_organisations_are_one(self, first: int, second: int) -> None:
        one, other = self.organisation(first), self.organisation(second)
        if one != other:
            merging.merge_organisations(source=one, target=other, by=self.organiser)
            self.organisations.remove(one.pk)

    @step(wanted=st.booleans())
    def approval_is_asked_for(self, wanted: bool) -> None:
        Conference.objects.update(approval_needed=wanted)

    # --- Workshops ----------------------------------------------------------------------------

    @step(workshop=ANYONE, more=st.integers(min_value=1, max_value=2))
    def seats_are_added(self, workshop: int, more: int) -> None:
        if session := self.workshop(workshop):
            Session.objects.filter(pk=session.pk).update(capacity=(session.capacity or 0) + more)
            places.refill(conference_id=self.scene.conference)

    @step(workshop=ANYONE)
    def a_workshop_is_called_off(self, workshop: int) -> None:
        session = self.workshop(workshop)
        if session is None or session.called_off_at is not None:
            return
        everyone = self.picture.sessions.values()
        left = [
            each for each in everyone if each.block == session.block and each.called_off_at is None
        ]
        if len(left) > 1:
            self.step.losing |= {
                seat.registration_id for seat in self.picture.seats if seat.session_id == session.pk
            }
            with self.refused("wrong_state"):
                call_off_workshop(session=session, by=self.organiser)

    @step(number=ANYONE, workshop=ANYONE)
    def someone_holds_a_workshop(self, number: int, workshop: int) -> None:
        """And wants a seat there, which they get from nobody but an organiser."""
        person, session = self.one(number, *Registration.ACTIVE), self.workshop(workshop)
        if person is None or session is None or person.is_unnamed:
            return
        if any(seat.session_id == session.pk for seat in self.seats_of(person)):
            return
        factories.make_contribution(session, person.name, published=False)
        self.facilitators.append((session.pk, person.name))
        try:
            change_workshop(registration=person, session=session, wait=True)
        except RegistrationError:
            return
        raise AssertionError("Nobody takes a seat in their own workshop")

    def seats_of(self, person: Registration) -> list[SessionSeat]:
        return [seat for seat in self.picture.seats if seat.registration_id == person.pk]

    # --- What goes on by itself ---------------------------------------------------------------

    @step(hours=st.integers(min_value=1, max_value=30))
    def time_passes(self, hours: int) -> None:
        self.later(hours=hours)
        self.settle()

    @step()
    def the_day_comes_near(self) -> None:
        """Late in life: then little can be done any more."""
        self.days += 1
        if self.days < 2:
            return
        day_before = self.picture.conference.starts_at - checking_in.EARLIEST
        if day_before > timezone.now():
            self.traveller.move_to(day_before, tick=False)
            self.settle()

    def settle(self) -> None:
        """As beat does each minute."""
        self.step.many = True
        places.settle()
        naming_deadline.remind_of_names()
        naming_deadline.release_unnamed()
        late = Registration.objects.filter(
            state=State.OFFERED, offer_expires_at__lte=timezone.now()
        )
        assert not late.exists()

    @step()
    def mails_leave(self) -> None:
        now = timezone.now()
        Mail.objects.due(now).update(state=Mail.State.SENT, sent_at=now)
