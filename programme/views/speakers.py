"""Those who have contributed through the years: only those in programmes that readers see."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from network.validators import fold
from programme import queries, snapshots
from programme.models import Contribution, Session, Speaker

PER_PAGE = 30
LONGEST_SEARCH = 100
KEY_LENGTH = 12


@dataclass(frozen=True)
class Appearance:
    """Someone's part in one session, as it was published."""

    session: Session
    contribution: Contribution


def finds(wanted: list[str], text: str, speaker: Speaker) -> bool:
    """Whether every word is in the name or the affiliation; signs alone find nobody."""
    where = fold(f"{speaker.name} {speaker.affiliation}")
    return not text or (bool(wanted) and all(word in where for word in wanted))


@require_safe
def speaker_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    found = Speaker.objects.filter(pk__in=queries.published_speakers()).order_by("name", "pk")
    # Folded here: SQLite compares only the letters of English without their case.
    wanted = fold(text).split()
    rows = [each for each in found if finds(wanted, text, each)]
    page = Paginator(rows, PER_PAGE).get_page(number)
    if page.number != int(number):
        raise Http404
    query = f"{urlencode({'q': text})}&" if text else ""
    context = {"page": page, "text": text, "query": query}
    return render(request, "programme/speaker_list.html", context)


@require_safe
def speaker_detail(request: HttpRequest, address: str) -> HttpResponse:
    """The address is made of the name and ends with the key, which stays when the name is changed."""
    speaker = Speaker.objects.filter(key=address[-KEY_LENGTH:]).first()
    parts = appearances(speaker) if speaker else []
    if speaker is None or not parts:
        raise Http404
    if address != speaker.address():
        return redirect(speaker, permanent=False)
    context = {"speaker": speaker, "appearances": parts}
    return render(request, "programme/speaker_detail.html", context)


def appearances(speaker: Speaker) -> list[Appearance]:
    """In every published programme, the latest first."""
    found = []
    for version in queries.published_versions():
        theirs = [
            entry
            for entry in version.snapshot
            if any(each["speaker_id"] == speaker.pk for each in entry["contributions"])
        ]
        for session in snapshots.sessions_of(version.conference, theirs):
            for contribution in session.contributions.all():
                if contribution.speaker_id == speaker.pk:
                    contribution.speaker = speaker
                    found.append(Appearance(session, contribution))
    return found
