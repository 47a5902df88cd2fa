"""The gatherings as news that feed readers fetch: Atom (RFC 4287)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from conferences.calendars import absolute
from conferences.models import Conference

# Never changed: readers know a gathering again by what is made from it.
NAMESPACE = UUID("0d0c6c7e-3a0d-4a55-8f2b-6a1a9f1c2d47")
MOST = 30


class Feed(Atom1Feed):
    """Each gathering is in its own language, whatever language the feed is in."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}


def atom(conferences: Iterable[Conference]) -> str:
    """The latest of `conferences`, the one that changed last first."""
    latest = sorted(conferences, key=lambda each: each.told_at(), reverse=True)[:MOST]
    address = absolute(reverse("conference_feed"))
    feed = Feed(
        title=_("Gatherings"),
        link=absolute(reverse("conference_list")),
        description="",
        subtitle=_("Conferences, theme meetings and courses. You need no account to register."),
        language=get_language() or settings.LANGUAGE_CODE,
        feed_url=address,
        feed_guid=address,
        author_name=_("Network for social recovery"),
    )
    for each in latest:
        feed.add_item(
            title=each.title,
            link=absolute(each.get_absolute_url()),
            description=each.summary,
            unique_id=f"urn:uuid:{uuid5(NAMESPACE, each.key)}",
            pubdate=each.published_at,
            updateddate=each.told_at(),
            categories=[each.get_kind_display()],
            language=each.language,
        )
    return feed.writeString("utf-8")
