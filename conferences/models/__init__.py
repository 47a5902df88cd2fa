from conferences.models.conference import (
    ZONES,
    Conference,
    ConferenceOrganiser,
    ConferenceQuerySet,
    Room,
    Venue,
    hero_name,
    validate_days,
    validate_zone,
)
from conferences.models.joining import JoinDetails
from conferences.models.on_the_day import OnTheDay
from conferences.models.publication import Publication
from conferences.models.series import Series

# The first migration names the three functions here.
__all__ = [
    "ZONES",
    "Conference",
    "ConferenceOrganiser",
    "ConferenceQuerySet",
    "JoinDetails",
    "OnTheDay",
    "Publication",
    "Room",
    "Series",
    "Venue",
    "hero_name",
    "validate_days",
    "validate_zone",
]
