from django import template
from django.utils import timezone

from conferences.models import JoinDetails
from registrations.models import Registration

register = template.Library()


@register.simple_tag
def joining_of(registration: Registration) -> JoinDetails | None:
    """How this person joins the gathering digitally; None for anyone without a confirmed place."""
    if registration.state != Registration.State.CONFIRMED:
        return None
    if not registration.conference.has_digital_room:
        return None
    details = JoinDetails.objects.filter(conference=registration.conference_id).first()
    if details is None:
        return None
    details.conference = registration.conference
    return details


@register.filter
def told_now(details: JoinDetails) -> bool:
    return details.may_be_told(timezone.now())


@register.filter
def told_later(details: JoinDetails) -> bool:
    """Whether it is still too early; once it is over, or called off, nothing is told any more."""
    return timezone.now() < details.told_from() and not details.conference.is_called_off()
