"""The programme as one registered person lives it: what all share, and their own workshops."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from icalendar import Event

from programme import calendars
from programme import queries as programme_queries
from programme.models import Session
from registrations.models import Registration
from registrations.workshops import BlockOfSeats, chosen


@dataclass(frozen=True)
class Item:
    """A session of one's day, or a block (`session` None) in which one has no seat.

    `block` tells of a block what one has there: the seat, and what one waits for meanwhile.
    """

    starts_at: datetime
    session: Session | None
    block: BlockOfSeats | None


def days(registration: Registration) -> list[tuple[date, list[Item]]]:
    """The days in order, each with its items in order."""
    zone = registration.conference.zone
    found = items(registration)

    def local_day(item: Item) -> date:
        return item.starts_at.astimezone(zone).date()

    return [(day, list(those)) for day, those in groupby(found, local_day)]


def items(registration: Registration) -> list[Item]:
    _conference, sessions = programme_queries.with_sessions(registration.conference_id)
    sessions = [session for session in sessions if session.called_off_at is None]
    programme_queries.load_people(sessions)
    blocks = {each.block.pk: each for each in chosen(registration)}
    in_block = dict(
        Session.objects.filter(block__in=blocks).values_list("pk", "block_id") if blocks else []
    )
    mine = {each.held.session_id for each in blocks.values() if each.held}
    without = {pk: each for pk, each in blocks.items() if each.held is None}
    found = []
    for session in sessions:
        block = blocks.get(in_block.get(session.pk) or 0)
        if block is None or session.pk in mine:
            found.append(Item(session.starts_at, session, block))
        elif without.pop(block.block.pk, None):
            found.append(Item(session.starts_at, None, block))
    return found


def events(registration: Registration) -> list[Event]:
    """For a calendar: the same UID as in the public programme, so that nothing stands twice."""
    conference = registration.conference
    own = [item.session for item in items(registration) if item.session]
    made = [calendars.session_event(conference, session) for session in own]
    for event in made:
        # Higher after a change by the person as well as after one by the organiser.
        del event["sequence"]
        event.add("sequence", conference.revision + registration.sequence)
    return made
