"""What people can say that they need at a conference, and the lists for those who arrange it. Reads only."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from conferences.models import Conference
from registrations.models import Need, NeedKind, Registration
from registrations.models.need_kind import OWN

Sheet = NeedKind.Sheet


@dataclass(frozen=True)
class OfferedNeed:
    """One that can be ticked. It is kept for a moment for readers of all languages, so it names itself late."""

    row: NeedKind

    @property
    def value(self) -> str:
        return self.row.value

    @property
    def label(self) -> str:
        return self.row.label


def offered_at(conference: Conference) -> list[OfferedNeed]:
    """In the organiser's order; all known kinds where the organiser has chosen none."""
    rows = list(NeedKind.objects.filter(conference=conference.pk)) or known_kinds()
    return [OfferedNeed(row) for row in rows]


def known_kinds() -> list[NeedKind]:
    return [NeedKind(kind=kind) for kind in Need.Kind]


def kinds_of(conference: Conference) -> dict[str, NeedKind]:
    """Every kind that a need of this conference may have, by its value: offered now, or once."""
    own = NeedKind.objects.filter(conference=conference.pk)
    return {row.value: row for row in [*known_kinds(), *own]}


def label_in(kinds: Mapping[str, NeedKind], value: str) -> str:
    """In words; "something else" for a kind that an organiser has taken away."""
    row = kinds.get(value)
    return row.label if row else str(Need.Kind.OTHER.label)


@dataclass(frozen=True)
class ToldNeed:
    """What one person reported, with how it stands."""

    need: Need
    label: str


def needs_of(registration: Registration) -> list[ToldNeed]:
    found = list(registration.needs.order_by("pk"))
    own = any(need.kind.startswith(OWN) for need in found)
    kinds = kinds_of(registration.conference) if own else {k.value: k for k in known_kinds()}
    return [ToldNeed(need, label_in(kinds, need.kind)) for need in found]


# --- For organisers --------------------------------------------------------------------------


def reported_at(conference: Conference) -> list[Need]:
    """Of those who have a place or wait, with person and organisation, in one query."""
    return list(
        Need.objects.filter(
            registration__conference=conference, registration__state__in=Registration.ACTIVE
        )
        .select_related("registration__booking__organisation", "answered_by")
        .order_by("registration__name_key", "pk")
    )


@dataclass(frozen=True)
class Line:
    """So many people with a place who said the same; nobody's name is in it."""

    label: str
    note: str
    status: str
    people: int


def sheet_of(conference: Conference, sheet: str) -> list[Line]:
    """Only those who have a place. Notes that differ in capitals alone are one line."""
    kinds = kinds_of(conference)
    confirmed = [
        need
        for need in reported_at(conference)
        if need.registration.state == Registration.State.CONFIRMED
    ]
    counts: Counter[tuple[str, str, str]] = Counter()
    spelt: dict[tuple[str, str, str], str] = {}
    for need in confirmed:
        row = kinds.get(need.kind)
        if row is None or row.on_sheet != sheet:
            continue
        line = (need.kind, need.note.strip().casefold(), need.status)
        spelt.setdefault(line, need.note.strip())
        counts[line] += 1
    order = {value: number for number, value in enumerate(kinds)}
    return [
        Line(label_in(kinds, line[0]), spelt[line], str(Need.Status(line[2]).label), people)
        for line, people in sorted(
            counts.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1])
        )
    ]


def totals(lines: Iterable[Line]) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    for line in lines:
        found[line.label] += line.people
    return list(found.items())


def sheet_header() -> list[str]:
    return [_("Need"), _("What they wrote"), _("Status"), _("People")]


def sheet_rows(lines: Sequence[Line]) -> list[list[Any]]:
    return [[capfirst(line.label), line.note, line.status, line.people] for line in lines]
