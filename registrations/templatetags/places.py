from django import template

from conferences.models import Conference
from registrations import costs, queries
from registrations.models import Tier

register = template.Library()


@register.simple_tag
def places_of(conference: Conference) -> queries.Places:
    """Lets pages of apps that know nothing about registering tell prices and places left; one query."""
    return queries.places(conference).shown_to()


@register.filter
def offers(places: queries.Places) -> list[Tier]:
    """What the schema.org block of a page tells about prices."""
    return [row.tier for row in places.tiers]


@register.simple_tag
def cancelling_terms(conference: Conference, places: queries.Places | None = None) -> list[str]:
    """What it costs to cancel, and not to come, in whole sentences; one query, none where `places` knows
    that there is no table."""
    nothing = places and not places.has_rules
    return costs.terms_of(conference, [] if nothing else costs.kept_rules_of(conference))


@register.filter
def any_costs(places: queries.Places) -> bool:
    return any(row.tier.costs for row in places.tiers)
