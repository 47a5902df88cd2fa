"""What search engines read about a programme: its sessions as schema.org Events."""

from collections.abc import Sequence
from typing import Any

from conferences.calendars import absolute
from conferences.models import Conference
from conferences.structured import SCHEMA, attendance, basics, locations
from programme.models import Contribution, Session

# A larger programme tells each session on the session's own page: its list is long enough as it is.
MOST_SUB_EVENTS = 60
CANCELLED = Conference.State.CANCELLED


def programme(
    conference: Conference, sessions: Sequence[Session], *, state: Conference.State
) -> dict[str, Any]:
    """The gathering with its sessions."""
    told = [session for session in sessions if not session.is_pause()]
    found = {"@context": SCHEMA, **basics(conference, state=state)}
    if len(told) <= MOST_SUB_EVENTS:
        found["subEvent"] = [sub_event(conference, each, state=state) for each in told]
    return found


def session(conference: Conference, session: Session, *, state: Conference.State) -> dict[str, Any]:
    """One session, as a part of its gathering."""
    return {
        "@context": SCHEMA,
        **sub_event(conference, session, state=state),
        "superEvent": basics(conference, state=state),
    }


def sub_event(
    conference: Conference, session: Session, *, state: Conference.State
) -> dict[str, Any]:
    url = absolute(session.get_absolute_url())
    found: dict[str, Any] = {
        "@type": "Event",
        "name": session.title,
        "url": url,
        "inLanguage": session.spoken(),
        "startDate": session.starts_at.astimezone(conference.zone).isoformat(),
        **attendance(conference, state=CANCELLED if session.called_off_at else state),
        "location": [inside(session, each) for each in locations(conference, url)],
    }
    if session.ends_at:
        found["endDate"] = session.ends_at.astimezone(conference.zone).isoformat()
    if contributions := session.contributions.all():
        found["performer"] = [performer(each) for each in contributions]
    return found


def inside(session: Session, location: dict[str, Any]) -> dict[str, Any]:
    """The room in the house, where both are known."""
    place = session.place()
    if location["@type"] != "Place" or not place:
        return location
    return {
        "@type": "Place",
        "name": place,
        "address": location["address"],
        "containedInPlace": location,
    }


def performer(contribution: Contribution) -> dict[str, Any]:
    about = contribution.presentation()
    found = {"@type": "Person", "name": contribution.speaker.name}
    return {**found, "description": about} if about else found
