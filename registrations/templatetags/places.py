from django import template

from conferences.models import Conference
from registrations import costs, queries
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


@register.simple_tag
def cancelling_terms(conference: Conference) -> list[str]:
    """What it costs to cancel, and not to come, in whole sentences; one query."""
    return costs.terms_of(conference, costs.rules_of(conference))


@register.filter
def any_costs(places: queries.Places) -> bool:
    return any(row.tier.costs for row in places.tiers)
