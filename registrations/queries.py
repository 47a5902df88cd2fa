from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from conferences.models import Conference
from registrations.models import Booking, Consent, Handover, Registration, Submission, Tier
from registrations.models.registration import RegistrationQuerySet, calendar_uid, person_key

Scarcity = Registration.Scarcity


@dataclass
class Ledger:
    """Who holds a place at one conference, counted from the rows.

    It is right only while the conference is locked (`domain.md` 4). `held` counts places by tier and
    organisation, None standing for people without one; `waiting` counts the waiting list.
    """

    conference: Conference
    held: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    waiting: int = 0

    @classmethod
    def of(cls, conference: Conference) -> "Ledger":
        """Counts who holds a place and who waits, in one query."""
        rows = (
            Registration.objects.filter(conference=conference)
            .active()
            .order_by()
            .values_list("state", "tier_id", "booking__organisation_id")
            .annotate(people=Count("pk"))
        )
        ledger = cls(conference)
        for state, tier_id, organisation_id, people in rows:
            if state in Registration.HOLDING:
                ledger.held[tier_id, organisation_id] += people
            else:
                ledger.waiting += people
        return ledger

    def taken(self) -> int:
        return self.held.total()

    def taken_in(self, tier: Tier) -> int:
        return sum(places for (tier_id, _owner), places in self.held.items() if tier_id == tier.pk)

    def taken_by(self, tier: Tier, organisation_id: int | None) -> int:
        return self.held[tier.pk, organisation_id]

    def scarcity(self, tier: Tier, organisation_id: int | None) -> Scarcity | None:
        """What stands in the way of one more place, the narrowest first; None where there is room."""
        own = (
            tier.no_organisation_capacity
            if organisation_id is None
            else tier.limit_per_organisation
        )
        if own is not None and self.taken_by(tier, organisation_id) >= own:
            return Scarcity.NO_ORGANISATION if organisation_id is None else Scarcity.ORGANISATION
        if tier.capacity is not None and self.taken_in(tier) >= tier.capacity:
            return Scarcity.TIER
        if self.conference.capacity is not None and self.taken() >= self.conference.capacity:
            return Scarcity.CONFERENCE
        return None

    def take(self, tier: Tier, organisation_id: int | None) -> None:
        self.held[tier.pk, organisation_id] += 1


@dataclass(frozen=True)
class TierPlaces:
    """One tier with its places as they were at the moment of asking; `left` None means no limit."""

    tier: Tier
    taken: int
    waiting: int
    left: int | None

    @property
    def full(self) -> bool:
        return self.left == 0


@dataclass(frozen=True)
class Places:
    """A conference's places as they were at the moment of asking: for reading, never for deciding."""

    tiers: list[TierPlaces]
    taken: int
    waiting: int
    capacity: int | None

    @property
    def left(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    @property
    def full(self) -> bool:
        """Nobody can get a place now: the house is full, or every tier is."""
        return self.left == 0 or (bool(self.tiers) and all(tier.full for tier in self.tiers))


def places(conference: Conference) -> Places:
    """How many places each tier and the whole conference have, in one query."""
    holding = Q(registrations__state__in=Registration.HOLDING)
    waiting = Q(registrations__state=Registration.State.WAITING)
    tiers = list(
        Tier.objects.filter(conference=conference).annotate(
            taken=Count("registrations", filter=holding),
            waiting=Count("registrations", filter=waiting),
        )
    )
    taken = sum(tier.taken for tier in tiers)
    left = None if conference.capacity is None else max(conference.capacity - taken, 0)
    return Places(
        tiers=[
            TierPlaces(tier, tier.taken, tier.waiting, left_in(tier, tier.taken, left))
            for tier in tiers
        ],
        taken=taken,
        waiting=sum(tier.waiting for tier in tiers),
        capacity=conference.capacity,
    )


def left_in(tier: Tier, taken: int, left_in_house: int | None) -> int | None:
    if tier.capacity is None:
        return left_in_house
    own = max(tier.capacity - taken, 0)
    return own if left_in_house is None else min(own, left_in_house)


def place_in_line(registration: Registration) -> int:
    """1 for the first of those who wait for the same kind of place."""
    ahead = registration.conference.registrations.in_line().filter(tier=registration.tier_id)
    earlier = Q(waiting_since__lt=registration.waiting_since) | Q(
        waiting_since=registration.waiting_since, pk__lt=registration.pk
    )
    return ahead.filter(earlier).count() + 1


class Named(Protocol):
    """Someone who wants to come: a name, and an address of their own or none."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...


def same_people(
    conference: Conference, contact_email: str, people: Sequence[Named]
) -> list[Registration | None]:
    """For each of `people` the active registration of the same person, if there is one: same name and
    same address, which for those without one of their own is the contact's.
    """
    wanted = [(person_key(each.name), (each.email or contact_email).lower()) for each in people]
    rows = (
        Registration.objects.active()
        .filter(conference=conference, name_key__in={key for key, _address in wanted})
        .select_related("tier", "booking__organisation", "conference__venue")
        .order_by("-pk")
    )
    known = {(row.name_key, row.address.lower()): row for row in rows}
    return [known.get(each) for each in wanted]


def recent_submission(*, slug: str, receipt_key: str, since: datetime) -> Submission | None:
    """What a receipt page tells, as long as it is kept; with conference, venue and tier."""
    return (
        Submission.objects.filter(
            receipt_key=receipt_key, conference__slug=slug, created_at__gt=since
        )
        .select_related("conference__venue", "tier")
        .first()
    )


@dataclass(frozen=True)
class Sent:
    """One person as a receipt page tells of them."""

    name: str
    email: str
    tier: Tier
    outcome: str


def people_of(submission: Submission) -> list[Sent]:
    tiers = Tier.objects.filter(conference=submission.conference_id).in_bulk()
    return [
        Sent(each["name"], each["email"], tiers[each["tier"]], each["outcome"])
        for each in submission.people
        if each["tier"] in tiers
    ]


def whole_registrations() -> RegistrationQuerySet:
    """With everything that their pages and mails tell, in one query."""
    return Registration.objects.select_related("tier", "booking__organisation", "conference__venue")


def whole_bookings() -> QuerySet[Booking]:
    return Booking.objects.select_related("conference__venue", "organisation")


def people_in(booking: Booking) -> list[Registration]:
    """Everyone in the booking in the order in which they were written, in one query."""
    people = list(booking.registrations.select_related("tier").order_by("pk"))
    for each in people:
        each.booking, each.conference = booking, booking.conference
    return people


def with_agreement() -> RegistrationQuerySet:
    """As above, and `has_agreed` tells whether the person has agreed to the terms: a substitute hasn't yet."""
    terms = Consent.objects.filter(registration=OuterRef("pk"), purpose=Consent.Purpose.TERMS)
    return whole_registrations().annotate(has_agreed=Exists(terms))


def active_registrations_of(email: str, now: datetime) -> RegistrationQuerySet:
    """Those whose mails go to `email` and whose gathering isn't over."""
    theirs = Q(email__iexact=email) | Q(email="", booking__contact_email__iexact=email)
    return whole_registrations().active().filter(theirs, conference__ends_at__gt=now).order_by("pk")


def was_handed_over(manage_key: str) -> bool:
    """Whether this was the link of someone who has handed their place over."""
    return Handover.objects.filter(calendar_uid=calendar_uid(manage_key)).exists()
