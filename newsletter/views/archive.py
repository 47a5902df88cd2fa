"""Letters that everyone may read, in the reader's language where it is written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from network.views.listing import page_of
from newsletter import letters
from newsletter.models import Letter

LETTERS_PER_PAGE = 20


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    found = Letter.objects.in_archive().prefetch_related("texts")
    page = page_of(request, found, size=LETTERS_PER_PAGE)
    return render(request, "newsletter/archive.html", {"page": page})


@require_safe
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Letter.objects.in_archive(), slug=slug)
    texts = {text.language: text for text in found.texts.all()}
    shown = letters.language_for(get_language() or "nb", texts, found.language)
    context = {
        "letter": found,
        "text": texts[shown],
        **letters.pointers(found, get_language() or "nb"),
    }
    return render(request, "newsletter/letter.html", context)
