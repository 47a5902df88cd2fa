"""The board of everything at a conference that can run out: for reading, never for deciding."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from conferences.models import Conference
from network.models import Organisation
from programme.models import Session
from registrations import workshops
from registrations.models import LimitOverride, Registration, Tier
from registrations.queries import Ledger

State = Registration.State

# An organisation stands on the board when it has this many places left, or fewer.
NEARLY = 1


@dataclass(frozen=True)
class Scarce:
    """One thing that can run out; `capacity` None means that it has no limit of its own."""

    capacity: int | None
    confirmed: int
    offered: int
    waiting: int

    @property
    def taken(self) -> int:
        return self.confirmed + self.offered

    @property
    def left(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

    @property
    def over(self) -> int:
        return 0 if self.capacity is None else max(self.taken - self.capacity, 0)

    @property
    def full(self) -> bool:
        return self.left == 0

    # The bar is a hundred units wide, or as wide as what is taken where that is beyond the capacity.

    @property
    def confirmed_width(self) -> float:
        return self.width(self.confirmed)

    @property
    def offered_width(self) -> float:
        return self.width(self.offered)

    @property
    def limit_at(self) -> float:
        return self.width(self.capacity or 0)

    def width(self, number: int) -> float:
        whole = max(self.capacity or 0, self.taken)
        return round(100 * number / whole, 2) if whole else 0.0


@dataclass(frozen=True)
class TierRow:
    tier: Tier
    places: Scarce


@dataclass(frozen=True)
class OrganisationRow:
    tier: Tier
    organisation: Organisation
    places: Scarce
    override: LimitOverride | None


@dataclass(frozen=True)
class Board:
    house: Scarce
    tiers: Sequence[TierRow]
    without_organisation: Sequence[TierRow]
    organisations: Sequence[OrganisationRow]
    workshops: Sequence["WorkshopRow"]


@dataclass(frozen=True)
class WorkshopRow:
    session: Session
    places: Scarce


Key = tuple[int, int | None, str]


def board_of(conference: Conference) -> Board:
    rows = (
        Registration.objects.filter(conference=conference)
        .active()
        .order_by()
        .values_list("tier_id", "booking__organisation_id", "state")
        .annotate(people=Count("pk"), accompanying=Count("companion_of"))
    )
    counts: Counter[Key] = Counter()
    everyone: Counter[Key] = Counter()  # companions count in the house alone
    for tier_id, owner, state, people, companions in rows:
        everyone[tier_id, owner, state] = people
        counts[tier_id, owner, state] = people - companions
    tiers = list(conference.tiers.all())
    return Board(
        house=scarce(conference.capacity, everyone.items()),
        tiers=[TierRow(tier, of_tier(counts, tier, tier.capacity)) for tier in tiers],
        without_organisation=[
            TierRow(tier, of_owner(counts, tier, None, tier.no_organisation_capacity))
            for tier in tiers
            if tier.no_organisation_capacity is not None
        ],
        organisations=organisation_rows(conference, tiers, counts),
        workshops=[
            WorkshopRow(row.session, Scarce(row.session.capacity, row.taken, 0, row.waiting))
            for block in workshops.board(conference)
            for row in block.rows
            if row.session.called_off_at is None
        ],
    )


def scarce(capacity: int | None, counts: Iterable[tuple[Key, int]]) -> Scarce:
    by_state: Counter[str] = Counter()
    for (_tier, _owner, state), people in counts:
        by_state[state] += people
    return Scarce(
        capacity=capacity,
        confirmed=by_state[State.CONFIRMED],
        offered=by_state[State.OFFERED],
        waiting=by_state[State.WAITING],
    )


def of_tier(counts: Counter[Key], tier: Tier, capacity: int | None) -> Scarce:
    return scarce(capacity, ((key, people) for key, people in counts.items() if key[0] == tier.pk))


def of_owner(counts: Counter[Key], tier: Tier, owner: int | None, capacity: int | None) -> Scarce:
    mine = ((key, people) for key, people in counts.items() if key[:2] == (tier.pk, owner))
    return scarce(capacity, mine)


def organisation_rows(
    conference: Conference, tiers: Sequence[Tier], counts: Counter[Key]
) -> list[OrganisationRow]:
    """Those near their limit, at it or beyond it, and those with a limit of their own; the fullest first."""
    raised = {
        (override.tier_id, override.organisation_id): override
        for override in LimitOverride.objects.filter(tier__conference=conference)
    }
    ledger = Ledger(conference)
    ledger.raised = {key: each.limit for key, each in raised.items()}
    owners = {(tier, owner) for tier, owner, _state in counts if owner is not None} | set(raised)
    names = Organisation.objects.in_bulk([owner for _tier, owner in owners])
    by_pk = {tier.pk: tier for tier in tiers}
    rows = []
    for tier_id, owner in owners:
        tier = by_pk[tier_id]
        places = of_owner(counts, tier, owner, ledger.own_limit(tier, owner))
        override = raised.get((tier_id, owner))
        if places.left is not None and (places.left <= NEARLY or places.waiting or override):
            rows.append(OrganisationRow(tier, names[owner], places, override))
    return sorted(rows, key=order_of)


def order_of(row: OrganisationRow) -> tuple[int, int, int, str]:
    places = row.places
    return -places.over, places.left or 0, -places.waiting, row.organisation.name_key
