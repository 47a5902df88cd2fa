"""Calendar files (RFC 5545). Their titles reveal nothing about health: calendars are shared with colleagues."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
)

from conferences.models import Conference

NEUTRAL_KINDS = {
    Conference.Kind.ANNUAL: pgettext_lazy("neutral title", "Conference"),
    Conference.Kind.DIGITAL: pgettext_lazy("neutral title", "Digital gathering"),
    Conference.Kind.THEME: pgettext_lazy("neutral title", "Theme meeting"),
    Conference.Kind.COURSE: pgettext_lazy("neutral title", "Course"),
    Conference.Kind.WORKSHOP_DAY: pgettext_lazy("neutral title", "Workshop day"),
}
UID_DOMAIN = "recovery-network"


def with_city(label: str, conference: Conference) -> str:
    return f"{label}, {conference.venue.city}" if conference.venue else label


def neutral_title(conference: Conference) -> str:
    """The kind and the city: "Conference, Sandnes", in the active language."""
    return with_city(str(NEUTRAL_KINDS[Conference.Kind(conference.kind)]), conference)


def place(conference: Conference) -> str:
    """Where it is, in words. The join link is told to nobody here: calendars are shared."""
    venue = conference.venue
    if venue is None:
        return gettext("Online")
    there = f"{venue.name}, {venue.address()}"
    return f"{there} / {gettext('Online')}" if conference.has_digital_room else there


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def event(
    conference: Conference,
    *,
    uid: str,
    sequence: int,
    cancelled: bool = False,
    description_url: str,
    made_at: datetime | None = None,
) -> Event:
    """The whole gathering as one event, in its own time zone.

    `uid` and `sequence` are the caller's: a person's own event follows their registration. `made_at`
    None means just now.
    """
    made = Event()
    made.add("uid", uid)
    made.add("sequence", sequence)
    made.add("dtstamp", made_at or timezone.now())
    made.add("summary", neutral_title(conference))
    made.add("dtstart", conference.starts_at.astimezone(conference.zone))
    made.add("dtend", conference.ends_at.astimezone(conference.zone))
    made.add("location", place(conference))
    made.add("description", description_url)
    made.add("url", description_url)
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return made


def public_event(conference: Conference) -> Event:
    """What anyone may put in a calendar; every change by an organiser raises its SEQUENCE."""
    return event(
        conference,
        uid=f"{conference.key}@{UID_DOMAIN}",
        sequence=conference.revision,
        cancelled=conference.state() == Conference.State.CANCELLED,
        description_url=absolute(conference.get_absolute_url()),
        made_at=conference.changed_at,
    )


@cache
def zone(name: str) -> Timezone:
    """VTIMEZONE of a zone with EU summer time, as all that organisers can choose have (ZONES).

    icalendar's own puts the start of summer time an hour late.
    """
    made = Timezone()
    made.add("tzid", name)
    for season, label, month, hour, before, after in (
        (TimezoneDaylight(), "CEST", 3, 2, 1, 2),
        (TimezoneStandard(), "CET", 10, 3, 2, 1),
    ):
        season.add("tzname", label)
        season.add("tzoffsetfrom", timedelta(hours=before))
        season.add("tzoffsetto", timedelta(hours=after))
        # The last Sundays of March and October 1996, when these rules began; local time without a zone.
        season.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001
        season.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        made.add_component(season)
    return made


def file(
    events: Iterable[Event],
    *,
    name: str = "",
    method: str = "PUBLISH",
    refresh_hours: int = 0,
) -> bytes:
    """A calendar file with the VTIMEZONE of every zone its events use.

    `refresh_hours` is how often those who subscribe should look again (RFC 7986, and as Outlook has it).
    """
    events = list(events)
    calendar = Calendar()
    calendar.add("prodid", "-//recovery network//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    if refresh_hours:
        hours = timedelta(hours=refresh_hours)
        calendar.add("refresh-interval", hours, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", f"PT{refresh_hours}H")
    zones = {str(each["dtstart"].params["TZID"]) for each in events}
    for key in sorted(zones):
        calendar.add_component(zone(key))
    for each in events:
        calendar.add_component(each)
    return bytes(calendar.to_ical())


def response(
    events: Iterable[Event], *, name: str, filename: str, refresh_hours: int = 0
) -> HttpResponse:
    return HttpResponse(
        file(events, name=name, refresh_hours=refresh_hours),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}.ics"'},
    )
