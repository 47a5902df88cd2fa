from django import template
from django.utils import timezone

from programme.models import Material, Session

register = template.Library()


@register.simple_tag
def materials_of(session: Session) -> list[Material]:
    """What readers are told of, whoever may open it; one query."""
    shown = Material.objects.shown(timezone.now())
    return list(shown.filter(session=session.pk))
