from django import template

from programme.models import Speaker
from programme.views.speakers import address_of

register = template.Library()


@register.filter
def address(speaker: Speaker) -> str:
    """The last part of the address of someone's page."""
    return address_of(speaker)
