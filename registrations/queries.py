from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Protocol

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from conferences.models import Conference
from conferences.queries import TEXTS
from recovery_network.privacy.person import Person
from registrations.models import (
    Booking,
    CancellationRule,
    Consent,
    Handover,
    LimitOverride,
    Registration,
    Submission,
    Tier,
)
from registrations.models.registration import RegistrationQuerySet, calendar_uid, person_key

Scarcity = Registration.Scarcity


@dataclass
class Ledger:
    """Who holds a place at one conference, counted from the rows.

    It is right only while the conference is locked (`domain.md` 4). `held` counts places by tier and
    organisation, None standing for people without one. `companions` are places in the house alone: they
    count in no tier and for no organisation. `waiting` counts the waiting list. `kept` are free places
    that are held for those before in line, `own_kept` those that are held only against their own
    organisation (`registrations.line`). `raised` are the limits that the organisers raised for one
    organisation.
    """

    conference: Conference
    held: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    companions: int = 0
    waiting: int = 0
    kept: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    own_kept: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    companions_kept: int = 0

    @classmethod
    def of(cls, conference: Conference) -> "Ledger":
        """Counts who holds a place and who waits, in one query."""
        rows = (
            Registration.objects.filter(conference=conference)
            .active()
            .order_by()
            .values_list("state", "tier_id", "booking__organisation_id")
            .annotate(people=Count("pk"), accompanying=Count("companion_of"))
        )
        ledger = cls(conference)
        for state, tier_id, organisation_id, people, companions in rows:
            if state in Registration.HOLDING:
                ledger.held[tier_id, organisation_id] += people - companions
                ledger.companions += companions
            elif state == Registration.State.WAITING:
                ledger.waiting += people
        return ledger

    @cached_property
    def raised(self) -> dict[tuple[int, int | None], int]:
        """One query, asked for where a kind of place has a limit at all."""
        rows = LimitOverride.objects.filter(tier__conference=self.conference).order_by()
        found = rows.values_list("tier_id", "organisation_id", "limit")
        return {(tier_id, organisation_id): limit for tier_id, organisation_id, limit in found}

    def taken(self) -> int:
        return self.held.total() + self.companions

    def taken_in(self, tier: Tier) -> int:
        return sum(places for (tier_id, _owner), places in self.held.items() if tier_id == tier.pk)

    def taken_by(self, tier: Tier, organisation_id: int | None) -> int:
        return self.held[tier.pk, organisation_id]

    def own_limit(self, tier: Tier, organisation_id: int | None) -> int | None:
        """How many places of a kind one organisation may have, or people without one together."""
        if organisation_id is None:
            return tier.no_organisation_capacity
        if tier.limit_per_organisation is None:
            return None
        return max(tier.limit_per_organisation, self.raised.get((tier.pk, organisation_id), 0))

    def house_is_full(self) -> bool:
        capacity = self.conference.capacity
        return capacity is not None and self.taken() >= capacity

    def scarcity(
        self, tier: Tier, organisation_id: int | None, *, companion: bool = False
    ) -> Scarcity | None:
        """What stands in the way of one more place, the narrowest first; None where there is room."""
        key = tier.pk, organisation_id
        if not companion:
            own = self.own_limit(tier, organisation_id)
            if own is not None and self.held[key] >= own:
                return (
                    Scarcity.NO_ORGANISATION if organisation_id is None else Scarcity.ORGANISATION
                )
            if tier.capacity is not None and self.taken_in(tier) >= tier.capacity:
                return Scarcity.TIER
            if own is not None and self.held[key] + self.kept[key] + self.own_kept[key] >= own:
                return Scarcity.LINE
            if tier.capacity is not None:
                kept = sum(n for (tier_id, _owner), n in self.kept.items() if tier_id == tier.pk)
                if self.taken_in(tier) + kept >= tier.capacity:
                    return Scarcity.LINE
        if self.house_is_full():
            return Scarcity.CONFERENCE
        capacity = self.conference.capacity
        kept = self.kept.total() + self.companions_kept
        if capacity is not None and self.taken() + kept >= capacity:
            return Scarcity.LINE
        return None

    def take(
        self, tier: Tier, organisation_id: int | None, *, companion: bool = False, places: int = 1
    ) -> None:
        if companion:
            self.companions += places
        else:
            self.held[tier.pk, organisation_id] += places

    def keep(
        self, tier: Tier, organisation_id: int | None, *, companion: bool, only_own: bool
    ) -> None:
        """Holds one free place for those before in line: against everyone, or only their organisation."""
        if only_own:
            self.own_kept[tier.pk, organisation_id] += not companion
        elif companion:
            self.companions_kept += 1
        else:
            self.kept[tier.pk, organisation_id] += 1


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
    # Whether cancelling can cost anything, so that pages ask for the table only where there is one.
    has_rules: bool
    hidden: bool = False

    @property
    def left(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    @property
    def only_invited(self) -> bool:
        """Everything that there is, is for those invited."""
        return self.hidden and not self.tiers

    def shown_to(self, invitation: str = "") -> "Places":
        """Without the kinds of place that are for others who are invited."""
        shown = [row for row in self.tiers if row.tier.is_shown_to(invitation)]
        return replace(self, tiers=shown, hidden=len(shown) < len(self.tiers))

    @property
    def full(self) -> bool:
        """Nobody can get a place now: the house is full, or every tier is."""
        return self.left == 0 or (bool(self.tiers) and all(tier.full for tier in self.tiers))


def places(conference: Conference) -> Places:
    """How many places each tier and the whole conference have, in one query."""
    holding = Q(registrations__state__in=Registration.HOLDING)
    waiting = Q(registrations__state=Registration.State.WAITING)
    companion = Q(registrations__companion_of__isnull=False)
    tiers = list(
        Tier.objects.filter(conference=conference).annotate(
            taken=Count("registrations", filter=holding & ~companion),
            companions=Count("registrations", filter=holding & companion),
            waiting=Count("registrations", filter=waiting),
            has_rules=Exists(CancellationRule.objects.filter(conference=OuterRef("conference"))),
        )
    )
    taken = sum(tier.taken + tier.companions for tier in tiers)
    left = None if conference.capacity is None else max(conference.capacity - taken, 0)
    return Places(
        tiers=[
            TierPlaces(tier, tier.taken, tier.waiting, left_in(tier, tier.taken, left))
            for tier in tiers
        ],
        taken=taken,
        waiting=sum(tier.waiting for tier in tiers),
        capacity=conference.capacity,
        has_rules=any(tier.has_rules for tier in tiers),
    )


def left_in(tier: Tier, taken: int, left_in_house: int | None) -> int | None:
    if tier.capacity is None:
        return left_in_house
    own = max(tier.capacity - taken, 0)
    return own if left_in_house is None else min(own, left_in_house)


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
    same address, which for those without one of their own is the contact's. Who has no name yet is nobody's.
    """
    wanted = [(person_key(each.name), (each.email or contact_email).lower()) for each in people]
    rows = (
        Registration.objects.active()
        .filter(conference=conference, name_key__in={key for key, _address in wanted})
        .select_related("tier", "booking__organisation", "conference__venue")
        .order_by("-pk")
    )
    known = {(row.name_key, row.address.lower()): row for row in rows if row.name}
    return [known.get(key) if each.name else None for key, each in zip(wanted, people, strict=True)]


def recent_submission(*, slug: str, receipt_key: str, since: datetime) -> Submission | None:
    """What a receipt page tells, as long as it is kept; with conference, venue and tier."""
    found = Submission.objects.filter(
        receipt_key=receipt_key, conference__slug=slug, created_at__gt=since
    )
    long_texts = [f"conference__{name}" for name in TEXTS]
    return found.select_related("conference__venue", "tier").defer(*long_texts).first()


@dataclass(frozen=True)
class Sent:
    """One person as a receipt page tells of them."""

    name: str
    email: str
    tier: Tier
    outcome: str
    companion: str | None
    workshops: list[tuple[str, str]]


def people_of(submission: Submission) -> list[Sent]:
    tiers = {submission.tier_id: submission.tier}
    if {each["tier"] for each in submission.people} - set(tiers):
        tiers = Tier.objects.filter(conference=submission.conference_id).in_bulk()
    return [
        Sent(
            each["name"],
            each["email"],
            tiers[each["tier"]],
            each["outcome"],
            each.get("companion"),
            [(title, state) for title, state in each.get("workshops", [])],
        )
        for each in submission.people
        if each["tier"] in tiers
    ]


def whole_registrations() -> RegistrationQuerySet:
    """With everything that their pages and mails tell, in one query."""
    return Registration.objects.select_related("tier", "booking__organisation", "conference__venue")


def whole_bookings() -> QuerySet[Booking]:
    return Booking.objects.select_related("conference__venue", "organisation")


def people_in(booking: Booking) -> list[Registration]:
    """Everyone in the booking, companions too, in the order in which they were written; one query."""
    people = list(booking.registrations.select_related("tier", "companion_of").order_by("pk"))
    for each in people:
        each.booking, each.conference = booking, booking.conference
    return people


def with_agreement() -> RegistrationQuerySet:
    """As above, and `has_agreed` tells whether the person has agreed to the terms: a substitute hasn't yet."""
    terms = Consent.objects.filter(registration=OuterRef("pk"), purpose=Consent.Purpose.TERMS)
    return whole_registrations().annotate(has_agreed=Exists(terms))


def offered_with(registration: Registration) -> list[Registration]:
    """The others of a party that comes together for whom the same offer stands: one answer is for all."""
    if not registration.booking.together:
        return []
    return [
        each
        for each in people_in(registration.booking)
        if each.pk != registration.pk
        and (each.state, each.waiting_since) == (registration.state, registration.waiting_since)
    ]


def active_registrations_of(email: str, now: datetime) -> RegistrationQuerySet:
    """Those whose mails go to `email` and whose gathering isn't over."""
    theirs = Q(email__iexact=email) | Q(email="", booking__contact_email__iexact=email)
    return whole_registrations().active().filter(theirs, conference__ends_at__gt=now).order_by("pk")


def registrations_of(person: Person) -> RegistrationQuerySet:
    """Every place that is the person's own, by gathering: under an address of theirs, or as the contact person
    who registered themselves and gave no other.
    """
    as_contact = Q(email="", companion_of=None, name=F("booking__contact_name"))
    theirs = person.owns("email") | (as_contact & person.owns("booking__contact_email"))
    return whole_registrations().filter(theirs).order_by("conference__starts_at", "pk")


def parties_of_person(person: Person, now: datetime) -> QuerySet[Booking]:
    """Coming bookings with others than themselves in them that the person is the contact of."""
    mine = registrations_of(person).values("pk")
    others = Registration.objects.active().filter(booking=OuterRef("pk"), companion_of=None)
    return (
        whole_bookings()
        .filter(
            person.owns("contact_email"),
            Exists(others.exclude(pk__in=mine)),
            conference__ends_at__gt=now,
        )
        .order_by("conference__starts_at", "pk")
    )


def parties_of(email: str, now: datetime) -> QuerySet[Booking]:
    """Bookings of several people, or of somebody else, whose contact person has this address."""
    someone_else = Registration.objects.active().filter(booking=OuterRef("pk"), companion_of=None)
    someone_else = someone_else.exclude(name=OuterRef("contact_name"))
    return whole_bookings().filter(
        Exists(someone_else), contact_email__iexact=email, conference__ends_at__gt=now
    )


def was_handed_over(manage_key: str) -> bool:
    """Whether this was the link of someone who has handed their place over."""
    return Handover.objects.filter(calendar_uid=calendar_uid(manage_key)).exists()
