"""In which session somebody needs an interpreter: for those who book them. Reads only, and names nobody."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from conferences.models import Conference
from programme.models import Session
from programme.queries import with_sessions
from recovery_network import i18n
from registrations.models import Need, NeedKind, Registration, SessionSeat
from registrations.needs import kinds_of, label_in

# Where people stand and talk as they like.
BETWEEN = {Session.Kind.BREAK, Session.Kind.MEAL}


@dataclass(frozen=True)
class SessionLine:
    """One session and how many of those who take part in it need what: the label and the people."""

    session: Session
    chosen: bool
    counts: Sequence[tuple[str, int]]


def by_session(conference: Conference) -> list[SessionLine]:
    """The published sessions in order, those in which somebody who has a place needs an interpreter.

    In a workshop that people choose only those count who have a seat in it; in all other sessions everyone
    does. Of breaks and meals there is nothing to tell.
    """
    needing = interpreted(conference)
    if not needing:
        return []
    held = SessionSeat.objects.held().filter(registration__in=needing).order_by()
    seated: dict[int, set[int]] = defaultdict(set)
    for session_id, registration_id in held.values_list("session_id", "registration_id"):
        seated[session_id].add(registration_id)
    blocks = Session.objects.filter(conference=conference, block__isnull=False)
    to_choose = set(blocks.values_list("pk", flat=True))
    kinds = kinds_of(conference)
    _conference, sessions = with_sessions(conference.pk)
    lines = []
    for session in sessions:
        if session.kind in BETWEEN or session.called_off_at is not None:
            continue
        chosen = session.pk in to_choose
        people = seated[session.pk] if chosen else set(needing)
        counts = Counter(kind for each in people for kind in needing[each])
        if counts:
            told = [(label_in(kinds, kind), counts[kind]) for kind in kinds if counts[kind]]
            lines.append(SessionLine(session, chosen, told))
    return lines


def interpreted(conference: Conference) -> dict[int, set[str]]:
    """What each of those who have a place needs of interpreters, by the key of the registration.

    The kind is encrypted, so it is read here and not asked of the database.
    """
    kinds = kinds_of(conference)
    needs = Need.objects.filter(
        registration__conference=conference,
        registration__state=Registration.State.CONFIRMED,
    )
    found: dict[int, set[str]] = defaultdict(set)
    for registration_id, kind in needs.values_list("registration_id", "kind"):
        row = kinds.get(kind)
        if row is not None and row.on_sheet == NeedKind.Sheet.INTERPRETERS:
            found[registration_id].add(kind)
    return found


def header() -> list[str]:
    return [_("When"), _("Session"), _("Room"), _("Need"), _("People")]


def rows(lines: Iterable[SessionLine]) -> list[list[Any]]:
    """One for each session and need, with times in the active zone."""
    return [
        [
            f"{i18n.date_short(line.session.starts_at)} {time_of(line.session)}",
            line.session.title,
            line.session.place(),
            capfirst(label),
            people,
        ]
        for line in lines
        for label, people in line.counts
    ]


def time_of(session: Session) -> str:
    return i18n.time_range(session.starts_at, session.ends_at)
