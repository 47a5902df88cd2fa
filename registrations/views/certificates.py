from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from recovery_network import pdf
from recovery_network.i18n import in_zone
from registrations import certificates, queries
from registrations.answers import secret


@secret
@require_safe
def manage_certificate(request: HttpRequest, key: str) -> HttpResponse:
    """For whoever was there, once it is over."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None or not registration.has_certificate(timezone.now()):
        raise Http404
    with in_zone(registration.conference.time_zone):
        content = pdf.compile_template(
            "certificate",
            certificates.certificate(registration),
            title=certificates.title(),
            language=get_language() or "nb",
        )
    return pdf.response(content, filename=f"{registration.conference.slug}-deltakerbevis")
