"""What search engines read about a gathering: schema.org Event as JSON-LD."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from django.utils.safestring import SafeString, mark_safe

from conferences.calendars import absolute
from conferences.models import Conference

SCHEMA = "https://schema.org"
CURRENCY = "NOK"
ATTENDANCE = {
    Conference.Format.IN_ROOM: "Offline",
    Conference.Format.ONLINE: "Online",
    Conference.Format.HYBRID: "Mixed",
}
# Inside a script element only these could end the element or begin a comment.
UNSAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


class Offer(Protocol):
    """A kind of place, told by whoever sells it."""

    @property
    def name(self) -> str: ...
    @property
    def price(self) -> Decimal: ...


def event(
    conference: Conference,
    *,
    state: Conference.State,
    organisers: Iterable[str],
    offers: Iterable[Offer],
    sold_out: bool,
) -> dict[str, Any]:
    """The conference as a schema.org Event; times with the offset of the place where it is held."""
    found: dict[str, Any] = {
        "@context": SCHEMA,
        **basics(conference, state=state),
        "organizer": [{"@type": "Organization", "name": name} for name in organisers],
    }
    found["offers"] = [offer(each, found["url"], state, sold_out) for each in offers]
    if conference.hero_image:
        found["image"] = absolute(conference.hero_image.url)
    return found


def basics(conference: Conference, *, state: Conference.State) -> dict[str, Any]:
    """What is told of the conference wherever it is named."""
    url = absolute(conference.get_absolute_url())
    return {
        "@type": "Event",
        "name": conference.title,
        "description": conference.summary,
        "url": url,
        "inLanguage": conference.language,
        "startDate": conference.starts_at.astimezone(conference.zone).isoformat(),
        "endDate": conference.ends_at.astimezone(conference.zone).isoformat(),
        **attendance(conference, state=state),
        "location": locations(conference, url),
    }


def attendance(conference: Conference, *, state: Conference.State) -> dict[str, str]:
    """Whether it takes place, and whether one is there in person."""
    cancelled = state == Conference.State.CANCELLED
    mode = ATTENDANCE[Conference.Format(conference.format)]
    return {
        "eventStatus": f"{SCHEMA}/{'EventCancelled' if cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/{mode}EventAttendanceMode",
    }


def offer(each: Offer, url: str, state: Conference.State, sold_out: bool) -> dict[str, Any]:
    found = {
        "@type": "Offer",
        "name": each.name,
        "price": str(each.price),
        "priceCurrency": CURRENCY,
        "url": url,
    }
    if state == Conference.State.OPEN:
        found["availability"] = f"{SCHEMA}/{'SoldOut' if sold_out else 'InStock'}"
    return found


def locations(conference: Conference, url: str) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if venue := conference.venue:
        address = {
            "@type": "PostalAddress",
            "streetAddress": venue.street,
            "postalCode": venue.postcode,
            "addressLocality": venue.city,
            "addressCountry": venue.country,
        }
        found.append(
            {
                "@type": "Place",
                "name": venue.name,
                "address": {name: value for name, value in address.items() if value},
            }
        )
    if conference.format != Conference.Format.IN_ROOM:
        found.append({"@type": "VirtualLocation", "url": url})
    return found


def as_script(data: dict[str, Any]) -> SafeString:
    """A data block that browsers never run, whatever people wrote into it."""
    text = json.dumps(data, ensure_ascii=False).translate(UNSAFE)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
