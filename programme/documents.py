"""What the PDF of a programme tells."""

from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from conferences.models import Conference
from programme import timetable
from programme.models import Contribution, Session
from recovery_network import i18n
from recovery_network.markup import to_text


def title(conference: Conference) -> str:
    return f"{_('Programme')}: {conference.title}"


def programme(conference: Conference, sessions: Sequence[Session]) -> dict[str, Any]:
    """All texts ready to be shown; times in the active zone, words in the active language."""
    venue = conference.venue
    place = f"{venue.name}, {venue.address()}" if venue else _("Online")
    called_off = conference.is_called_off()
    return {
        "heading": _("Programme"),
        "conference": conference.title,
        "language": conference.language,
        "when": i18n.date_span(conference.starts_at, conference.ends_at),
        "where": place,
        "notice": _("This gathering is cancelled.") if called_off else "",
        "empty": _("The programme is being made. Come back soon."),
        "days": [
            {
                "date": capfirst(i18n.date_long(day.starts_at())),
                "slots": [slot(each) for each in day.slots],
            }
            for day in timetable.by_time(conference, sessions)
        ],
    }


def slot(found: timetable.Slot) -> dict[str, Any]:
    together = found.end_together()
    return {
        "when": i18n.time_range(found.starts_at, found.ends_at()),
        "sessions": [session(card.session, own_end=not together) for card in found.cards],
    }


def session(found: Session, *, own_end: bool) -> dict[str, Any]:
    called_off = pgettext("session", "Called off") if found.called_off_at else ""
    where = [called_off, found.place(), found.track.name if found.track else ""]
    end = i18n.time_range(found.starts_at, found.ends_at) if own_end else ""
    return {
        "title": found.title,
        "pause": found.is_pause(),
        "facts": " · ".join(part for part in (end, *where) if part),
        "note": f"{_('Content note:')} {found.content_note}" if found.content_note else "",
        "abstract": to_text(found.abstract),
        "people": [credit(each) for each in found.contributions.all()],
    }


def credit(contribution: Contribution) -> dict[str, str]:
    role = contribution.get_role_display()
    shown = "" if contribution.role == Contribution.Role.SPEAKER else role
    about = ", ".join(part for part in (shown, contribution.presentation()) if part)
    return {"name": contribution.speaker.name, "about": about}
