"""Reads that several callers share: what may be picked for a letter, and what an address subscribes to."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from conferences.models import Conference
from network.models import Article
from newsletter.models import Letter, Subscription

MOST_ARTICLES = 30
MOST_GATHERINGS = 30


def articles_to_pick(letter: Letter | None) -> QuerySet[Article]:
    """The newest that everyone can read, and those that were picked before."""
    newest = Article.objects.published().values_list("pk", flat=True)[:MOST_ARTICLES]
    picked = Q(letters=letter) if letter else Q(pk__in=[])
    wanted = Article.objects.filter(Q(pk__in=list(newest)) | picked).distinct()
    return wanted.order_by("-published_at", "-pk")


def gatherings_to_pick(letter: Letter | None) -> QuerySet[Conference]:
    """Those to come that everyone can see, and those that were picked before."""
    coming = Conference.objects.public().upcoming().values_list("pk", flat=True)
    picked = Q(letters=letter) if letter else Q(pk__in=[])
    wanted = Conference.objects.filter(Q(pk__in=list(coming[:MOST_GATHERINGS])) | picked)
    return wanted.distinct().order_by("starts_at", "pk")


def subscriptions_of(emails: Iterable[str]) -> QuerySet[Subscription]:
    """What belongs to confirmed addresses, in any case of letters."""
    return Subscription.objects.filter(email__in=[email.strip().lower() for email in emails])
