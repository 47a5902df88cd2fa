"""A draft as organisers look at it: what may clash, and the drawing of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.models import Conference
from programme import clashes, daygrid, queries
from programme.clashes import Bounds, Clash, Kind, Person, Slot
from programme.clocks import written
from programme.daygrid import Grid
from programme.models import Contribution, Session


@dataclass(frozen=True)
class Plan:
    """The sessions of a draft in order, with rooms, tracks and speakers fetched."""

    conference: Conference
    sessions: Sequence[Session]

    @property
    def slots(self) -> list[Slot]:
        """What is to take place; a session that is called off clashes with nothing."""
        return [slot_of(each) for each in self.sessions if each.called_off_at is None]

    def days(self) -> list[date]:
        """Every day of the gathering, and every other that has a session."""
        zone = self.conference.zone
        first = self.conference.starts_at.astimezone(zone).date()
        last = self.conference.ends_at.astimezone(zone).date()
        own = {first + timedelta(days=number) for number in range(min((last - first).days, 30) + 1)}
        return sorted(own | {day_of(session, self.conference) for session in self.sessions})

    def of_day(self, day: date) -> list[Session]:
        return [each for each in self.sessions if day_of(each, self.conference) == day]

    def clashes(self) -> list[Clash]:
        conference = self.conference
        bounds = Bounds(conference.starts_at, conference.ends_at, conference.capacity)
        return clashes.find(self.slots, bounds)

    def grid(self, day: date) -> Grid:
        sessions = self.of_day(day)
        rooms: dict[int | None, str] = {}
        for session in sorted(sessions, key=room_order):
            rooms.setdefault(session.room_id, session.room.name if session.room else _("No room"))
        return daygrid.draw(
            [slot_of(session) for session in sessions], list(rooms.items()), self.conference.zone
        )


def plan_of(conference: Conference) -> Plan:
    sessions = list(queries.draft_of(conference.pk).prefetch_related("contributions__speaker"))
    for session in sessions:
        session.conference = conference
    return Plan(conference, sessions)


def day_of(session: Session, conference: Conference) -> date:
    return session.starts_at.astimezone(conference.zone).date()


def room_order(session: Session) -> tuple[int, int, int]:
    """What has no room stands first: it is for everyone."""
    room = session.room
    return (0, 0, 0) if room is None else (1, room.position, room.pk)


def slot_of(session: Session) -> Slot:
    room = session.room
    return Slot(
        number=session.pk,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        room=session.room_id,
        room_name=room.name if room else "",
        room_holds=room.capacity if room else None,
        seats=session.capacity,
        people=tuple(
            Person(
                each.speaker_id,
                each.speaker.name,
                each.role == Contribution.Role.FACILITATOR,
            )
            for each in session.contributions.all()
        ),
    )


@dataclass(frozen=True)
class Warning:
    """A clash in words, with the day whose table shows it."""

    clash: Clash
    sentence: str
    day: date


def warnings(plan: Plan) -> list[Warning]:
    zone = plan.conference.zone
    return [
        Warning(clash, sentence(clash, plan), clash.slots[0].starts_at.astimezone(zone).date())
        for clash in plan.clashes()
    ]


def sentence(clash: Clash, plan: Plan) -> str:
    first, second = clash.slots[0], clash.slots[-1]
    words = {
        "first": named(first, plan),
        "second": named(second, plan),
        "room": first.room_name,
        "person": clash.person.name if clash.person else "",
        "holds": first.room_holds,
        "wanted": clash.wanted,
    }
    match clash.kind:
        case Kind.ROOM:
            return _("%(room)s is taken twice: %(first)s and %(second)s.") % words
        case Kind.PERSON:
            return _("%(person)s is in two sessions at once: %(first)s and %(second)s.") % words
        case Kind.FACILITATOR:
            return (
                _(
                    "%(person)s facilitates, and is in two sessions at once: %(first)s and %(second)s."
                )
                % words
            )
        case Kind.CAPACITY:
            return _("%(room)s holds %(holds)d, and %(wanted)d may come to %(first)s.") % words
        case Kind.OUTSIDE:
            return _("Outside the time of the gathering: %(first)s.") % words
        case Kind.NO_END:
            return _("%(first)s has no end, and %(second)s follows.") % words
        case Kind.GAP:
            minutes = clash.minutes or 0
            text = ngettext(
                "%(minutes)d minute with nothing in it, between %(first)s and %(second)s.",
                "%(minutes)d minutes with nothing in them, between %(first)s and %(second)s.",
                minutes,
            )
            return text % {**words, "minutes": minutes}


def named(slot: Slot, plan: Plan) -> str:
    return _("“%(title)s” (%(when)s)") % {
        "title": slot.title,
        "when": span(slot.starts_at, slot.ends_at, plan),
    }


def span(start: datetime, end: datetime | None, plan: Plan) -> str:
    zone = plan.conference.zone
    return "–".join(written(moment, zone) for moment in (start, end) if moment)
