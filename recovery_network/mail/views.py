from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recovery_network.mail import mailbox, preview
from recovery_network.mail.mailbox import Letter

PER_PAGE = 25


@require_safe
@never_cache
def demo_mail(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(mailbox.letters(words), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page, "words": words})


@require_safe
@never_cache
def demo_mail_letter(request: HttpRequest, name: str) -> HttpResponse:
    context = {"letter": letter_or_404(name), "sandbox": preview.SANDBOX}
    return preview.framing(render(request, "demo/letter.html", context))


@require_safe
def demo_mail_html(request: HttpRequest, name: str) -> HttpResponse:
    return preview.html_response(letter_or_404(name).html)


@require_safe
def demo_mail_file(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """An attachment by its place in the mail, from 1; always as a download."""
    files = letter_or_404(name).files
    if not 1 <= number <= len(files):
        raise Http404
    file = files[number - 1]
    disposition = content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    return HttpResponse(
        file.content,
        content_type=file.mimetype,
        headers={"Content-Disposition": disposition},
    )


def letter_or_404(name: str) -> Letter:
    letter = mailbox.read(name)
    if letter is None:
        raise Http404
    return letter
