from django import template

from conferences.models import Conference
from registrations import queries
from registrations.models import Tier

register = template.Library()


@register.simple_tag
def places_of(conference: Conference) -> queries.Places:
    """Lets pages of apps that know nothing about registering tell prices and places left; one query."""
    return queries.places(conference)


@register.filter
def offers(places: queries.Places) -> list[Tier]:
    """What the schema.org block of a page tells about prices."""
    return [row.tier for row in places.tiers]
