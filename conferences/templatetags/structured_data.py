from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from conferences import structured
from conferences.models import Conference

register = template.Library()


@register.simple_tag
def structured_event(
    conference: Conference,
    *,
    state: Conference.State,
    organisers: Iterable[str] = (),
    offers: Iterable[structured.Offer] = (),
    sold_out: bool = False,
) -> SafeString:
    found = structured.event(
        conference, state=state, organisers=organisers, offers=offers, sold_out=sold_out
    )
    return structured.as_script(found)
