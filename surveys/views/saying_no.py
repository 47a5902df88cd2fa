from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from recovery_network.pages import render_for_everyone
from registrations.answers import secret, with_form
from surveys.actions import inviting
from surveys.models import Invitation


@secret
@csrf_exempt  # the secret link is all there is to it; a mail program may also send it by itself
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, key: str) -> HttpResponse:
    """One press ends all surveys. Not the visit alone: mail servers open links to look at them."""
    invitation = Invitation.objects.filter(opt_out_key=key).first()
    if invitation is None:
        return render_for_everyone(
            request, "surveys/unknown_link.html", {}, status=HTTPStatus.NOT_FOUND
        )
    if request.method == "POST":
        inviting.opt_out(invitation=invitation)
    context = {"done": request.method == "POST"}
    return with_form(render_for_everyone(request, "surveys/opt_out.html", context))
