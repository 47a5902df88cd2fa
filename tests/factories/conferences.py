from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from conferences.models import Conference, Room, Venue
from tests.factories.counting import numbers


def make_venue(**fields: Any) -> Venue:
    values = {"name": "Fjordsalen", "street": "Strandgata 1", "postcode": "4300", "city": "Sandnes"}
    return Venue.objects.create(**{**values, **fields})


def make_conference(**fields: Any) -> Conference:
    """Published, open for registration, in sixty days; no limit on places."""
    now = timezone.now()
    starts_at: datetime = fields.pop("starts_at", now + timedelta(days=60))
    values: dict[str, Any] = {
        "slug": f"samling-{next(numbers)}",
        "title": "Sosial recovery-konferansen",
        "summary": "En dag om det som hjelper.",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=7),
        "published_at": now - timedelta(days=90),
        "registration_opens_at": now - timedelta(days=30),
        "contact_name": "Kari Kontakt",
        "contact_email": "kontakt@example.no",
    }
    if "venue" not in fields:
        fields["venue"] = make_venue()
    return Conference.objects.create(**{**values, **fields})


def make_room(owner: Venue | Conference | None, name: str = "", **fields: Any) -> Room:
    """A room of a venue, or of one gathering."""
    whose = "conference" if isinstance(owner, Conference) else "venue"
    return Room.objects.create(**{whose: owner}, name=name or f"Rom {next(numbers)}", **fields)
