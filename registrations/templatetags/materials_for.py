from django import template
from django.utils import timezone

from programme.models import Material
from registrations.models import Registration

register = template.Library()


@register.simple_tag
def materials_for(registration: Registration) -> list[Material]:
    """What someone with a confirmed place finds on their page, in the order of the programme."""
    if registration.state != Registration.State.CONFIRMED:
        return []
    shown = Material.objects.shown(timezone.now()).select_related("session")
    theirs = shown.filter(session__conference=registration.conference_id)
    return list(theirs.order_by("session__starts_at", "session", "position", "pk"))
