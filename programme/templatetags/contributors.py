from django import template

from programme.models import Speaker

register = template.Library()


@register.filter
def address(speaker: Speaker) -> str:
    """The last part of the address of someone's page."""
    return speaker.address()
