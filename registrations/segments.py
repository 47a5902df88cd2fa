"""Some of those who are registered for a conference: whom a message is for, which rows an export has."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conferences.models import Conference
from network.models import Organisation
from programme.models import Session
from registrations.models import Registration, SessionSeat, Tier

State = Registration.State

ARRIVED = [
    ("", gettext_lazy("whether arrived or not")),
    ("yes", gettext_lazy("has arrived")),
    ("no", gettext_lazy("has not arrived")),
]


@dataclass(frozen=True)
class Segment:
    """Each part narrows; an empty part takes all."""

    states: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    organisations: tuple[int, ...] = ()
    arrived: str = ""
    workshops: tuple[int, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Segment":
        """From what `stored()` made, or from a form's cleaned data."""
        return cls(
            states=tuple(stored.get("states") or ()),
            tiers=tuple(int(number) for number in stored.get("tiers") or ()),
            organisations=tuple(int(number) for number in stored.get("organisations") or ()),
            arrived=stored.get("arrived") or "",
            workshops=tuple(int(number) for number in stored.get("workshops") or ()),
        )

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    def of_conference(self, conference: Conference) -> QuerySet[Registration]:
        found: QuerySet[Registration] = Registration.objects.filter(conference=conference)
        if self.states:
            found = found.filter(state__in=self.states)
        if self.tiers:
            found = found.filter(tier__in=self.tiers)
        if self.organisations:
            found = found.filter(booking__organisation__in=self.organisations)
        if self.arrived:
            found = found.filter(checked_in_at__isnull=self.arrived == "no")
        if self.workshops:
            seats = SessionSeat.objects.held().filter(session__in=self.workshops)
            found = found.filter(pk__in=seats.values("registration"))
        return found

    def in_words(self) -> str:
        """ "Confirmed · Ansatt or Friplass · has not arrived"; "Everyone" where nothing narrows it."""
        parts = [
            either(State(state).label for state in self.states),
            either(named(Tier, self.tiers)),
            either(named(Organisation, self.organisations)),
            either(session.title for session in Session.objects.filter(pk__in=self.workshops)),
            str(dict(ARRIVED)[self.arrived]) if self.arrived else "",
        ]
        return capfirst(" · ".join(part for part in parts if part)) or _("Everyone")


def named(model: type[Tier] | type[Organisation], numbers: Iterable[int]) -> list[str]:
    found = model.objects.in_bulk(list(numbers))
    return [row.name for row in found.values()]


def either(names: Iterable[Any]) -> str:
    return f" {_('or')} ".join(str(name) for name in names)
