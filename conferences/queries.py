from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.http import Http404
from django.shortcuts import get_object_or_404

from conferences.models import Conference, ConferenceOrganiser, Publication, Room
from network.models import Article, User

# What only pages tell; nothing is decided by it, so it isn't read under the lock, nor for receipts.
TEXTS = (
    "summary",
    "theme",
    "theme_questions",
    "about",
    "target_group",
    "practical",
    "venue__directions",
    "venue__accessibility",
)


def revision_of(slug: str) -> QuerySet[Conference, tuple[Any, ...]]:
    """What every page of the conference at `slug` stands on; its primary key comes first."""
    found = Conference.objects.filter(slug=slug).order_by()
    return found.values_list("pk", "revision", "published_at")


def check_may_see(conference: Conference, *, by: User | AnonymousUser) -> None:
    """Raises Http404 for a draft, except to staff who may see conferences."""
    if conference.is_draft() and not (by.is_staff and by.has_perm("conferences.view_conference")):
        raise Http404


def find(slug: str, *, by: User | AnonymousUser) -> Conference:
    """The conference with its venue. Raises Http404 where there is none that this person may see."""
    found = get_object_or_404(Conference.objects.select_related("venue"), slug=slug)
    check_may_see(found, by=by)
    return found


def announced(now: datetime) -> tuple[list[Conference], datetime | None]:
    """What visitors may see of all gatherings, the first to come first, and when that changed last.

    Drafts and archived ones count for the latter: one that is taken away is a change.
    """
    rows = list(Conference.objects.select_related("venue").order_by("starts_at", "pk"))
    public = [each for each in rows if not each.is_draft(now) and each.archived_at is None]
    ended = [each.ends_at for each in public if each.ends_at <= now]
    return public, max([*(each.told_at(now) for each in rows), *ended], default=None)


def with_venue(pk: int) -> Conference:
    return Conference.objects.select_related("venue").get(pk=pk)


@dataclass(frozen=True)
class Arranged:
    """A gathering with its venue, the names of its organisers in order, and whether there is more to read."""

    conference: Conference
    organisers: list[str]
    has_publications: bool
    has_articles: bool


def with_organisers(pk: int) -> Arranged:
    """In one query."""
    rows = list(
        Conference.objects.filter(pk=pk)
        .select_related("venue")
        .annotate(
            organiser=F("organiser_rows__organisation__name"),
            has_publications=Exists(Publication.objects.filter(conference=OuterRef("pk"))),
            has_articles=Exists(Article.objects.filter(conferences=OuterRef("pk"))),
        )
        .order_by("organiser_rows__position", "organiser_rows__pk")
    )
    names = [vars(row)["organiser"] for row in rows]
    return Arranged(
        rows[0],
        [name for name in names if name is not None],
        vars(rows[0])["has_publications"],
        vars(rows[0])["has_articles"],
    )


def articles_about(conference: Conference) -> list[Article]:
    """The published news about a gathering, the newest first."""
    return list(Article.objects.published().filter(conferences=conference))


def organisers_of(pk: int) -> list[str]:
    """The names of those who arrange a conference, in their order."""
    rows = ConferenceOrganiser.objects.filter(conference=pk)
    return list(rows.values_list("organisation__name", flat=True))


def rooms_for(conference: Conference) -> QuerySet[Room]:
    """The rooms a programme may use: its own, then its venue's, then those of other venues."""
    nearness = Case(
        When(conference=conference.pk, then=Value(0)),
        When(venue=conference.venue_id, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rooms = Room.objects.filter(Q(conference=conference.pk) | Q(venue__isnull=False))
    return rooms.select_related("venue").order_by(nearness, "venue__name", "position", "pk")


def own_rooms(conference: Conference) -> QuerySet[Room]:
    """The rooms of the gathering itself and of its venue."""
    own = Q(conference=conference.pk)
    if conference.venue_id is not None:
        own |= Q(venue=conference.venue_id)
    return Room.objects.filter(own)


def others_in_series(conference: Conference) -> list[Conference]:
    """The same gathering elsewhere, the earliest first; drafts and archived ones aside."""
    if conference.series_id is None:
        return []
    others = Conference.objects.public().filter(series=conference.series_id)
    return list(
        others.exclude(pk=conference.pk).select_related("venue").order_by("starts_at", "pk")
    )
