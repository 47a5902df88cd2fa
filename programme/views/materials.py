from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conferences.queries import check_may_see
from membership.queries import is_member
from programme.materials import hand_out
from programme.models import Material


@never_cache
@require_safe
def material(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    """To staff everything; to others what has been let through and is for them."""
    belonging = Material.objects.select_related("session__conference")
    found = get_object_or_404(belonging, key=key, session__conference__slug=slug)
    check_may_see(found.session.conference, by=request.user)
    if request.user.is_staff and request.user.has_perm("programme.view_material"):
        return hand_out(found)
    found = get_object_or_404(belonging.shown(timezone.now()), pk=found.pk)
    if found.audience == Material.Audience.MEMBERS and not request.user.is_authenticated:
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('account_login')}?{query}")
    for_members = found.audience == Material.Audience.MEMBERS
    if found.audience == Material.Audience.REGISTERED or (
        for_members and not is_member(request.user)
    ):
        context = {"material": found, "conference": found.session.conference}
        status = HTTPStatus.FORBIDDEN
        return render(request, "programme/material_closed.html", context, status=status)
    return hand_out(found)
