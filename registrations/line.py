"""The waiting list: who is next, and what everyone else waits for (`domain.md` 5).

Those who come together, a party or a person with a companion, are one in line: they are served when there
is room for all of them. The free places that they could have had meanwhile are kept for them, so that
nobody behind them can take these and make them wait for ever.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from conferences.models import Conference
from registrations.models import Registration, Tier
from registrations.queries import Ledger

Scarcity = Registration.Scarcity
OWN_LIMITS = {Scarcity.ORGANISATION, Scarcity.NO_ORGANISATION}


class InLine(NamedTuple):
    """One person, or a companion, on the waiting list; `owner` is the organisation or None."""

    pk: int
    booking_id: int
    together: bool
    waiting_since: datetime
    tier_id: int
    owner: int | None
    companion_of: int | None

    @property
    def is_companion(self) -> bool:
        return self.companion_of is not None

    @property
    def unit(self) -> tuple[int, ...] | tuple[int, datetime]:
        """What those share who are served at the same time."""
        if self.together:
            return self.booking_id, self.waiting_since
        return (self.companion_of or self.pk,)


@dataclass
class Served:
    """Who gets a place now, and what each of the others waits for."""

    given: list[list[InLine]] = field(default_factory=list)
    why: dict[int, Registration.Scarcity] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """`number` is 1 for the first of those who wait for the same kind of place."""

    number: int
    why: Registration.Scarcity | None


def units(conference: Conference) -> list[list[InLine]]:
    """The line, first come first, in one query; those who are served together stand together."""
    rows = conference.registrations.in_line().values_list(
        "pk",
        "booking_id",
        "booking__together",
        "waiting_since",
        "tier_id",
        "booking__organisation_id",
        "companion_of",
    )
    found: dict[tuple[object, ...], list[InLine]] = {}
    for pk, booking_id, together, since, tier_id, owner, companion_of in rows:
        assert since is not None  # by the constraint registration_waiting_since
        each = InLine(pk, booking_id, together, since, tier_id, owner, companion_of)
        found.setdefault(each.unit, []).append(each)
    return list(found.values())


def serve(ledger: Ledger, line: Iterable[Sequence[InLine]], tiers: Mapping[int, Tier]) -> Served:
    """Goes through the line once; the ledger then holds what was given and keeps what is held back."""
    served = Served()
    for unit in line:
        reasons = [take(ledger, each, tiers) for each in unit]
        if not any(reasons):
            served.given.append(list(unit))
            continue
        could = [each for each, reason in zip(unit, reasons, strict=True) if reason is None]
        for each in could:
            take_back(ledger, each, tiers)
        if could and fits_at_all(ledger, unit, tiers):
            only_own = any(reason in OWN_LIMITS for reason in reasons)
            for each in could:
                ledger.keep(
                    tiers[each.tier_id], each.owner, companion=each.is_companion, only_own=only_own
                )
        for each, reason in zip(unit, reasons, strict=True):
            served.why[each.pk] = reason or Scarcity.PARTY
    return served


def take(ledger: Ledger, each: InLine, tiers: Mapping[int, Tier]) -> Registration.Scarcity | None:
    """Takes a place where there is one; returns what stands in the way."""
    tier = tiers[each.tier_id]
    reason = ledger.scarcity(tier, each.owner, companion=each.is_companion)
    if reason is None:
        ledger.take(tier, each.owner, companion=each.is_companion)
    return reason


def take_back(ledger: Ledger, each: InLine, tiers: Mapping[int, Tier]) -> None:
    ledger.take(tiers[each.tier_id], each.owner, companion=each.is_companion, places=-1)


def fits_at_all(ledger: Ledger, unit: Sequence[InLine], tiers: Mapping[int, Tier]) -> bool:
    """Whether an empty house would have room; for those who can never all come, nothing is kept."""
    empty = Ledger(ledger.conference)
    empty.raised = ledger.raised
    return not any(take(empty, each, tiers) for each in unit)


def standings(conference: Conference, people: Sequence[Registration]) -> dict[int, Standing]:
    """Where those of `people` stand who wait: for reading, never for deciding. Three queries.

    A double stands where the newcomer would, whom those who hold the booking see in it.
    """
    line = units(conference)
    tiers = {tier.pk: tier for tier in conference.tiers.all()}
    why = serve(Ledger.of(conference), line, tiers).why
    ahead: Counter[int] = Counter()
    found = {}
    for unit in line:
        for each in unit:
            found[each.pk] = Standing(ahead[each.tier_id] + 1, why.get(each.pk))
        ahead.update(each.tier_id for each in unit)
    for person in people:
        if person.state == Registration.State.DOUBLE and person.waiting_since:
            earlier = [each for unit in line for each in unit if each.tier_id == person.tier_id]
            number = sum(each.waiting_since < person.waiting_since for each in earlier) + 1
            # Someone who had an offer when the place went to them elsewhere waits for nothing in particular.
            reason = Scarcity(person.waiting_for) if person.waiting_for else None
            found[person.pk] = Standing(number, reason)
    return found
