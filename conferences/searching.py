"""Gatherings, as people find them by searching."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from recovery_network.i18n import in_every_language
from recovery_network.markup import to_text
from recovery_network.search.registry import CONFERENCE, Document, Source, register

GATHERING = "gathering"


def declare() -> None:
    register(Source(GATHERING, _("Gatherings"), gatherings, {CONFERENCE: lambda pk: {pk}}))


def gatherings(pks: Collection[int] | None) -> Iterator[Document]:
    """Those that are published or have a date for it, with who arranges them and where."""
    rows = Conference.objects.filter(published_at__isnull=False, archived_at=None)
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    for conference in rows.select_related("venue", "series").prefetch_related("organisers"):
        body = (
            conference.theme,
            *conference.questions(),
            to_text(conference.about),
            conference.target_group,
            to_text(conference.practical),
        )
        also = (
            in_every_language(Conference.Kind(conference.kind).label),
            *([str(conference.venue)] if conference.venue else []),
            *([conference.series.title] if conference.series else []),
            *(organiser.name for organiser in conference.organisers.all()),
        )
        assert conference.published_at is not None
        yield Document(
            object_id=conference.pk,
            path=conference.get_absolute_url(),
            title=conference.title,
            language=conference.language,
            shown_from=conference.published_at,
            lead=conference.summary,
            body="\n\n".join(part for part in body if part),
            also=", ".join(also),
            dated_on=conference.starts_at.astimezone(conference.zone).date(),
        )
