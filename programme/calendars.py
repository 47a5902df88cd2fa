from icalendar import Event

from conferences.calendars import UID_DOMAIN, absolute, place, with_city
from conferences.models import Conference
from programme.models import Contribution, Session


def credit(contribution: Contribution) -> str:
    """Name, title and affiliation on one line."""
    return ", ".join(
        part for part in (contribution.speaker.name, contribution.presentation()) if part
    )


def session_event(conference: Conference, session: Session, *, taken_out: bool = False) -> Event:
    """One item of a programme. The title tells its kind only; what it is about stands inside.

    `taken_out` says that it is no longer in the programme, and has no page.
    """
    address = absolute(
        conference.get_absolute_url()
        if taken_out or session.is_pause()
        else session.get_absolute_url()
    )
    about = [session.title, *(credit(each) for each in session.contributions.all()), address]
    made = Event()
    made.add("uid", f"{session.guid}@{UID_DOMAIN}")
    made.add("sequence", conference.revision)
    made.add("dtstamp", conference.changed_at)
    made.add("summary", with_city(session.get_kind_display().capitalize(), conference))
    made.add("dtstart", session.starts_at.astimezone(conference.zone))
    if session.ends_at:
        made.add("dtend", session.ends_at.astimezone(conference.zone))
    made.add("location", ", ".join(part for part in (session.place(), place(conference)) if part))
    made.add("description", "\n".join(about))
    made.add("url", address)
    called_off = session.called_off_at or conference.state() == Conference.State.CANCELLED
    cancelled = taken_out or called_off
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return made
