"""Steps of people who come: alone, in parties, with companions, with workshops, once more, or later than the others."""

from dataclasses import dataclass
from uuid import uuid4

from hypothesis import strategies as st

from registrations.actions import adding, places, registering
from registrations.actions.applying import Application, Choice, PersonApplication
from registrations.models import Booking, Registration, Tier
from tests import factories
from tests.lives.life import ANYONE, Life, step

# What choosing workshops may be refused with.
CHOOSING = (
    *("unknown_workshop", "must_choose", "overlap", "same_workshop", "own_workshop"),
    *("workshop_full", "second_needed", "second_full", "chosen_already"),
)
# What a place without a name may be refused with.
NAMELESS = ("name_missing", "no_organisation")


@dataclass(frozen=True)
class Guest:
    """One who wants to come, or whose name is told later. `first` and `other` point at workshops, `other` 0 at none."""

    tier: str
    has_address: bool
    companion: str | None
    first: int
    other: int
    is_named: bool = True


@dataclass(frozen=True)
class Arrival:
    """Who registers at once: with `patience` they wait where a limit of their own is reached."""

    guests: list[Guest]
    owner: int
    together: bool
    patience: bool
    is_phoned: bool


GUEST = st.builds(
    Guest,
    tier=st.sampled_from(["ansatt", "ansatt", "friplass", "friplass", "gjest"]),
    has_address=st.sampled_from([True, True, False]),
    companion=st.sampled_from([None, None, None, "", "Lars Ledsager"]),
    first=ANYONE,
    other=st.integers(min_value=0, max_value=8),
    is_named=st.sampled_from([True, True, True, True, False]),
)
ARRIVAL = st.builds(
    Arrival,
    guests=st.lists(GUEST, min_size=1, max_size=3),
    owner=ANYONE,
    together=st.sampled_from([False, False, True]),
    patience=st.sampled_from([True, True, True, False]),
    is_phoned=st.sampled_from([False, False, False, True]),
)


class Coming(Life):
    def person(self, guest: Guest, patience: bool) -> PersonApplication:
        if not guest.is_named:
            return PersonApplication(tier=guest.tier, name="", accept_waiting=patience)
        name = self.new_name()
        return PersonApplication(
            tier=guest.tier,
            name=name,
            email=f"{name[-3:]}@example.no" if guest.has_address else "",
            companion=guest.companion,
            workshops=self.choices(guest, patience),
            accept_waiting=patience,
        )

    def choices(self, guest: Guest, patience: bool) -> tuple[Choice, ...]:
        everything = list(self.picture.sessions.values())
        must = [each.key for each in everything if each.block and each.block.key == "en"]
        if not must:
            return ()
        first, last = must[guest.first % len(must)], must[-1]
        second = last if patience and first != last else ""
        chosen = [Choice("en", first, second=second)]
        if guest.other and (other := self.workshop(guest.other)) and other.block:
            chosen += [Choice(other.block.key, other.key, wait=patience)] * (other.key not in must)
        return tuple(chosen)

    def application(self, arrival: Arrival, people: list[PersonApplication]) -> Application:
        invited = any(guest.tier == "gjest" for guest in arrival.guests)
        outside = invited and arrival.owner > 30
        invitation = Tier.objects.get(key="gjest").invitation_key if invited else ""
        contact = self.new_name()
        return factories.make_party(
            people,
            contact_name=contact,
            contact_email=f"{contact[-3:]}@example.no",
            organisation=None if outside else self.organisation(arrival.owner),
            together=arrival.together,
            invitation=invitation,
        )

    @step(arrival=ARRIVAL, weight=2)
    def a_party_registers(self, arrival: Arrival) -> None:
        self.later(seconds=1)
        people = [self.person(each, arrival.patience) for each in arrival.guests]
        self.register(self.application(arrival, people), arrival)

    @step(arrival=ARRIVAL)
    def someone_registers_alone(self, arrival: Arrival) -> None:
        self.later(seconds=1)
        guest = arrival.guests[0]
        person = self.person(guest, arrival.patience)
        if person.email:
            party = self.application(arrival, [person])
            alone = factories.make_application(
                guest.tier,
                name=person.name,
                email=person.email,
                companion=person.companion,
                workshops=person.workshops,
                accept_waiting=person.accept_waiting,
                organisation=party.organisation,
                invitation=party.invitation,
            )
            self.register(alone, arrival)

    def register(self, application: Application, arrival: Arrival) -> None:
        own = () if arrival.patience else ("organisation_limit", "no_organisation_full")
        never = ("never_together",) if application.together else ()
        with self.refused(*own, *never, *CHOOSING, *NAMELESS, "organisation_required"):
            registering.register(
                conference=self.picture.conference,
                application=application,
                by=self.organiser if arrival.is_phoned else None,
            )
            self.step.new += rows_of(application.people)

    @step(number=ANYONE, with_someone=st.booleans(), first=ANYONE)
    def someone_registers_again(self, number: int, with_someone: bool, first: int) -> None:
        """Written a little otherwise; alone it changes nothing, and in a party they are a double."""
        known = self.one(number, *Registration.ACTIVE)
        if known is None or not known.email or known.tier.invitation_only:
            return
        self.later(seconds=1)
        guest = Guest(known.tier.key, True, None, first, 0)
        again = PersonApplication(
            tier=known.tier.key,
            name=known.name.upper(),
            email=known.email.upper(),
            workshops=self.choices(guest, True),
            accept_waiting=True,
        )
        organisation = known.booking.organisation
        if with_someone:
            people = [again, self.person(guest, True)]
            application = factories.make_party(people, organisation=organisation)
        else:
            application = factories.make_party(
                [again],
                contact_name=again.name,
                contact_email=again.email,
                organisation=organisation,
            )
        with self.refused(*CHOOSING, "organisation_required"):
            registering.register(conference=self.picture.conference, application=application)
            self.step.new += 2 * with_someone
            # What the double seemed to take is given away within a minute.
            self.step.many = True
            places.settle()

    @step(number=ANYONE, guests=st.lists(GUEST, min_size=1, max_size=2), patience=st.booleans())
    def people_are_added(self, number: int, guests: list[Guest], patience: bool) -> None:
        known = self.one(number, *Registration.STANDING)
        if known is None:
            return
        self.later(seconds=1)
        people = [self.person(each, patience) for each in guests]
        codes = [*CHOOSING, *NAMELESS, "never_together", "unknown_tier", "organisation_required"]
        if not patience:
            codes += ["organisation_limit", "no_organisation_full"]
        with self.refused(*codes):
            booking = Booking.objects.get(pk=known.booking_id)
            adding.add_people(booking=booking, submission=uuid4(), people=people)
            self.step.new += rows_of(people)


def rows_of(people: tuple[PersonApplication, ...] | list[PersonApplication]) -> int:
    return len(people) + sum(each.companion is not None for each in people)
