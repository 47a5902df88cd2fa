from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.http import Http404
from django.utils import timezone

from conferences.models import Conference, ConferenceOrganiser
from network.models import User


@dataclass(frozen=True)
class Found:
    """A conference that someone may see, before anything of it is loaded."""

    pk: int
    revision: int
    is_draft: bool


def find(slug: str, *, by: User | AnonymousUser) -> Found:
    """The conference at `slug`, in one query; a draft is there only for staff who may see conferences.

    Raises Http404 where there is none for this person.
    """
    # Asked for every kept page, so it isn't ordered as first() would: slugs are unique.
    asked = Conference.objects.filter(slug=slug).order_by()
    found = next(iter(asked.values_list("pk", "revision", "published_at")), None)
    if found is None:
        raise Http404
    pk, revision, published_at = found
    is_draft = published_at is None or published_at > timezone.now()
    if is_draft and not (by.is_staff and by.has_perm("conferences.view_conference")):
        raise Http404
    return Found(pk=pk, revision=revision, is_draft=is_draft)


def with_venue(pk: int) -> Conference:
    return Conference.objects.select_related("venue").get(pk=pk)


def with_organisers(pk: int) -> tuple[Conference, list[str]]:
    """The conference with its venue, and the names of its organisers in order, in one query."""
    rows = list(
        Conference.objects.filter(pk=pk)
        .select_related("venue")
        .annotate(organiser=F("organiser_rows__organisation__name"))
        .order_by("organiser_rows__position", "organiser_rows__pk")
    )
    names = [vars(row)["organiser"] for row in rows]
    return rows[0], [name for name in names if name is not None]


def organisers_of(pk: int) -> list[str]:
    """The names of those who arrange a conference, in their order."""
    rows = ConferenceOrganiser.objects.filter(conference=pk)
    return list(rows.values_list("organisation__name", flat=True))
