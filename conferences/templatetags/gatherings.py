from django import template

from conferences.models import Conference
from network.models import Organisation

register = template.Library()


@register.simple_tag
def gatherings_of(organisation: Organisation) -> list[Conference]:
    """Lets the page of an organisation tell what it arranges: public gatherings, the newest first."""
    public = Conference.objects.public().filter(organisers=organisation)
    return list(public.select_related("venue").order_by("-starts_at"))
