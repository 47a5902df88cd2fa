from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from programme.materials import hand_out
from programme.models import Material
from registrations import queries
from registrations.answers import secret
from registrations.models import Registration
from registrations.views.pages import unknown_link


@secret
@require_safe
def manage_material(request: HttpRequest, key: str, material: str) -> HttpResponseBase:
    """To those with a confirmed place at this gathering what is for those registered."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None or registration.state != Registration.State.CONFIRMED:
        return unknown_link(request, key=key)
    theirs = Material.objects.shown(timezone.now()).exclude(audience=Material.Audience.MEMBERS)
    found = get_object_or_404(theirs, key=material, session__conference=registration.conference_id)
    return hand_out(found)
