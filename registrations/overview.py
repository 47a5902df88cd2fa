"""How a conference stands, for those who run it: for reading, never for deciding. Constant in queries."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, Substr, TruncDate
from django.utils.translation import gettext as _

from conferences.models import Conference
from network.models import Organisation
from recovery_network import i18n
from recovery_network.charts import BarChart, Point, bar_chart
from recovery_network.mail.models import Mail
from registrations.models import LimitOverride, Need, Registration, Tier
from registrations.needs import kinds_of, label_in
from registrations.queries import Ledger

State = Registration.State

OVERVIEW_RIGHTS = ("registrations.view_registration", "registrations.view_booking")
DOOR_RIGHTS = (
    "conferences.view_conference",
    "registrations.view_registration",
    "registrations.check_in",
)
UNSENT = (Mail.State.QUEUED, Mail.State.SENDING)
ABOUT = "registrations.registration:"
DAYS_SHOWN, WEEKS_SHOWN = 31, 26


@dataclass(frozen=True)
class Mails:
    unsent: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Seats:
    """Places of a conference or of one of its tiers; `left` None means no limit."""

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


@dataclass(frozen=True)
class TierSeats:
    tier: Tier
    seats: Seats


@dataclass(frozen=True)
class Share:
    """What one organisation holds of a tier that has a limit; no organisation is None."""

    tier: Tier
    organisation: Organisation | None
    taken: int
    limit: int
    override: LimitOverride | None = None

    @property
    def over(self) -> int:
        return max(self.taken - self.limit, 0)

    @property
    def left(self) -> int:
        return max(self.limit - self.taken, 0)


@dataclass(frozen=True)
class NeedCount:
    kind: str
    by_status: Sequence[int]
    total: int


@dataclass(frozen=True)
class ComingConference:
    conference: Conference
    seats: Seats
    free_of_charge: int
    pending: int
    mails: Mails


@dataclass(frozen=True)
class Overview:
    conference: Conference
    seats: Seats
    tiers: Sequence[TierSeats]
    cancelled: int
    lapsed: int
    pending: int
    unnamed: int
    shares: Sequence[Share]
    queue: Sequence[Registration]
    needs: Sequence[NeedCount] | None
    chart: BarChart
    mails: Mails | None


def coming_conferences(*, places: bool, mails: bool) -> list[ComingConference]:
    """Drafts too: those that aren't over yet, the nearest first. What isn't asked for isn't read."""
    conferences = list(
        Conference.objects.upcoming().filter(archived_at=None).select_related("venue")
    )
    counts = counted(Registration.objects.filter(conference__in=conferences)) if places else {}
    free = free_of_charge(conferences) if places else {}
    unsent = mails_by_conference() if mails else {}
    return [
        ComingConference(
            conference=conference,
            seats=seats_of(conference.capacity, by_state(counts, conference.pk)),
            free_of_charge=free.get(conference.pk, 0),
            pending=by_state(counts, conference.pk)[State.PENDING],
            mails=unsent.get(conference.pk, Mails()),
        )
        for conference in conferences
    ]


def overview_of(conference: Conference, *, needs: bool, mails: bool) -> Overview:
    registrations = Registration.objects.filter(conference=conference)
    counts = counted(registrations)
    tiers = list(conference.tiers.all())
    house = by_state(counts, conference.pk)
    return Overview(
        conference=conference,
        seats=seats_of(conference.capacity, house),
        tiers=[
            TierSeats(tier, seats_of(tier.capacity, by_state(counts, conference.pk, tier.pk)))
            for tier in tiers
        ],
        cancelled=house[State.CANCELLED],
        lapsed=house[State.LAPSED],
        pending=registrations.awaiting_approval().count(),
        unnamed=registrations.active().unnamed().count() if conference.unnamed_until else 0,
        shares=shares_of(conference, tiers),
        queue=list(
            registrations.in_line().select_related("tier", "booking__organisation", "companion_of")
        ),
        needs=need_counts(conference) if needs else None,
        chart=chart_of(registrations, conference.zone),
        mails=mails_by_conference().get(conference.pk, Mails()) if mails else None,
    )


def counted(registrations: QuerySet[Registration]) -> Mapping[tuple[int, int, str], int]:
    """How many there are by conference, tier and state; companions count in no tier, but in the house."""
    own = Case(When(companion_of=None, then=F("tier_id")), default=0)
    rows = registrations.order_by().annotate(own=own).values_list("conference_id", "own", "state")
    return {(row[0], row[1], row[2]): row[3] for row in rows.annotate(rows=Count("pk"))}


def by_state(
    counts: Mapping[tuple[int, int, str], int], conference_id: int, tier_id: int | None = None
) -> Counter[str]:
    found: Counter[str] = Counter()
    for (conference, tier, state), rows in counts.items():
        if conference == conference_id and tier_id in (None, tier):
            found[state] += rows
    return found


def seats_of(capacity: int | None, states: Counter[str]) -> Seats:
    return Seats(
        capacity=capacity,
        confirmed=states[State.CONFIRMED],
        offered=states[State.OFFERED],
        waiting=states[State.WAITING],
    )


def free_of_charge(conferences: Sequence[Conference]) -> dict[int, int]:
    """Places held that cost nothing, by conference."""
    rows = Registration.objects.filter(conference__in=conferences, tier__price=0).holding()
    return dict(rows.order_by().values_list("conference_id").annotate(rows=Count("pk")))


def shares_of(conference: Conference, tiers: Sequence[Tier]) -> list[Share]:
    """What organisations hold of the limited tiers, those beyond their limit first."""
    ledger = Ledger.of(conference)
    limited = {tier.pk: tier for tier in tiers}
    raised = {
        (override.tier_id, override.organisation_id): override
        for override in LimitOverride.objects.filter(tier__in=tiers)
    }
    held: dict[tuple[int, int | None], int] = {**dict.fromkeys(raised, 0), **ledger.held}
    names = Organisation.objects.in_bulk([owner for _tier, owner in held if owner is not None])
    shares = []
    for (tier_id, owner), taken in held.items():
        tier = limited[tier_id]
        limit = ledger.own_limit(tier, owner)
        if limit is not None:
            organisation = None if owner is None else names[owner]
            override = None if owner is None else raised.get((tier_id, owner))
            shares.append(Share(tier, organisation, taken, limit, override))
    return sorted(shares, key=lambda share: (-share.over, -share.taken, str(share.organisation)))


def need_counts(conference: Conference) -> list[NeedCount]:
    """Needs of those who have a place or wait, by kind and status. The kind is encrypted: counted here."""
    needs = Need.objects.filter(
        registration__conference=conference, registration__state__in=Registration.ACTIVE
    )
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, status in needs.values_list("kind", "status"):
        found[kind][status] += 1
    kinds = kinds_of(conference)
    return [
        NeedCount(label_in(kinds, kind), [found[kind][status] for status in Need.Status], total)
        for kind in [*kinds, *(found.keys() - kinds.keys())]
        if (total := found[kind].total())
    ]


def mails_by_conference() -> dict[int, Mails]:
    """Mails about registrations that wait or were given up, by conference."""
    rows = (
        Mail.objects.filter(about__startswith=ABOUT, state__in=[*UNSENT, Mail.State.FAILED])
        .order_by()
        .annotate(number=Cast(Substr("about", len(ABOUT) + 1), BigIntegerField()))
        .annotate(conference=Subquery(conference_of(OuterRef("number"))))
        .values_list("conference", "state")
        .annotate(rows=Count("pk"))
    )
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for conference_id, state, count in rows:
        found[conference_id][state] += count
    return {
        conference_id: Mails(
            unsent=sum(states[state] for state in UNSENT), failed=states[Mail.State.FAILED]
        )
        for conference_id, states in found.items()
    }


def conference_of(registration_id: Any) -> QuerySet[Registration, Any]:
    return Registration.objects.filter(pk=registration_id).values("conference_id")[:1]


def chart_of(registrations: QuerySet[Registration], zone: ZoneInfo) -> BarChart:
    rows = (
        registrations.order_by()
        .annotate(day=TruncDate("created_at", tzinfo=zone))
        .values_list("day")
        .annotate(rows=Count("pk"))
    )
    return bar_chart(_("Registrations over time"), over_time(dict(rows)))


def over_time(by_day: Mapping[date, int]) -> list[Point]:
    """A point for every day from the first to the last; weeks or months where that would be too many."""
    if not by_day:
        return []
    first, last = min(by_day), max(by_day)
    days = (last - first).days + 1
    if days <= DAYS_SHOWN:
        return points(by_day, first, last, start=lambda day: day, name=day_name)
    if days <= WEEKS_SHOWN * 7:
        return points(by_day, first, last, start=monday, name=week_name)
    return points(by_day, first, last, start=lambda day: day.replace(day=1), name=month_name)


def points(
    by_day: Mapping[date, int], first: date, last: date, *, start: Any, name: Any
) -> list[Point]:
    sums: Counter[date] = Counter()
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        sums[start(day)] += by_day.get(day, 0)
    return [Point(name(day), value) for day, value in sorted(sums.items())]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def day_name(day: date) -> str:
    return i18n.day_of_month(day)


def week_name(day: date) -> str:
    return _("Week %(number)d") % {"number": day.isocalendar().week}


def month_name(day: date) -> str:
    return i18n.month(day)


@dataclass(frozen=True)
class MergePreview:
    """What a merge would move, and the tiers in which the two together hold more than the limit."""

    bookings: int
    people: int
    names: Sequence[str]
    exceeded: Sequence[Share]


def preview_of_merge(source: Organisation, target: Organisation) -> MergePreview:
    held = (
        Registration.objects.filter(booking__organisation__in=[source, target])
        .exclude(tier__limit_per_organisation=None)
        .holding()
        .order_by()
        .values_list("tier")
        .annotate(rows=Count("pk"), moving=Count("pk", filter=Q(booking__organisation=source)))
    )
    together = {tier: rows for tier, rows, moving in held if moving}
    tiers = Tier.objects.filter(pk__in=together).select_related("conference")
    raised: dict[int, int] = {}
    for override in LimitOverride.objects.filter(organisation__in=[source, target]):
        raised[override.tier_id] = max(override.limit, raised.get(override.tier_id, 0))
    shares = [
        Share(
            tier,
            target,
            together[tier.pk],
            max(tier.limit_per_organisation or 0, raised.get(tier.pk, 0)),
        )
        for tier in tiers
    ]
    return MergePreview(
        bookings=source.bookings.count(),
        people=Registration.objects.filter(booking__organisation=source).count(),
        names=[source.name, *(alias.name for alias in source.aliases.all())],
        exceeded=[share for share in shares if share.over],
    )
