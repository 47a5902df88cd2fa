"""Sessions and those who contribute, as they were published, as people find them by searching."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from programme import queries, snapshots
from programme.models import ProgrammeVersion, Session, Speaker
from recovery_network.markup import to_text
from recovery_network.search.models import Entry
from recovery_network.search.registry import CONFERENCE, Document, Source, register

SESSION, SPEAKER = "session", "speaker"
# Whoever stood in the version before may be in none any more.
VERSIONS_LOOKED_AT = 2


def declare() -> None:
    register(Source(SESSION, _("Programme"), sessions, {CONFERENCE: sessions_of_conference}))
    register(Source(SPEAKER, _("Contributors"), speakers, {CONFERENCE: speakers_of_conference}))


def versions() -> QuerySet[ProgrammeVersion]:
    """What readers see of each gathering that has a date of publishing."""
    newest = ProgrammeVersion.objects.newest().select_related("conference__venue")
    return newest.filter(conference__published_at__isnull=False, conference__archived_at=None)


def sessions(pks: Collection[int] | None) -> Iterator[Document]:
    rows = versions()
    if pks is not None:
        rows = rows.filter(conference__in=conferences_of(pks))
    for version in rows.order_by("conference"):
        published = snapshots.sessions_of(version.conference, version.snapshot)
        wanted = [
            each for each in published if not each.is_pause() and (pks is None or each.pk in pks)
        ]
        queries.load_people(wanted)
        for session in wanted:
            yield document_of(session)


def conferences_of(pks: Collection[int]) -> set[int]:
    """The gatherings of these sessions, also of those whose rows are gone."""
    rows = Session.objects.filter(pk__in=pks).values_list("conference", flat=True)
    told = Entry.objects.filter(kind=SESSION, object_id__in=pks, belongs_to__isnull=False)
    return {*rows, *(pk for pk in told.values_list("belongs_to", flat=True) if pk is not None)}


def document_of(session: Session) -> Document:
    conference = session.conference
    people = [f"{each.speaker.name}, {each.presentation()}" for each in session.contributions.all()]
    also = (session.track.name if session.track else "", session.place(), *people)
    assert conference.published_at is not None
    return Document(
        object_id=session.pk,
        path=session.get_absolute_url(),
        title=session.title,
        language=session.spoken(),
        shown_from=conference.published_at,
        body="\n\n".join(
            part for part in (to_text(session.abstract), session.content_note) if part
        ),
        also=", ".join(part for part in also if part),
        context=conference.title,
        dated_on=session.starts_at.astimezone(conference.zone).date(),
        belongs_to=conference.pk,
    )


def sessions_of_conference(conference_pk: int) -> set[int]:
    newest = queries.newest_version(conference_pk)
    return {entry["id"] for entry in newest.snapshot} if newest else set()


def speakers(pks: Collection[int] | None) -> Iterator[Document]:
    """Those who stand in a programme, from when the first of its gatherings is published."""
    shown_from = first_shown(versions())
    wanted = shown_from.keys() if pks is None else shown_from.keys() & set(pks)
    for speaker in Speaker.objects.filter(pk__in=wanted).order_by("pk"):
        yield Document(
            object_id=speaker.pk,
            path=speaker.get_absolute_url(),
            title=speaker.name,
            language="nb",
            shown_from=shown_from[speaker.pk],
            lead=speaker.title,
            body=to_text(speaker.biography),
            context=speaker.affiliation,
        )


def first_shown(rows: Iterable[ProgrammeVersion]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for version in rows:
        moment = version.conference.published_at
        assert moment is not None
        for number in queries.speakers_in(version):
            found[number] = min(moment, found.get(number, moment))
    return found


def speakers_of_conference(conference_pk: int) -> set[int]:
    newest = ProgrammeVersion.objects.filter(conference=conference_pk).order_by("-number")
    return {
        number for version in newest[:VERSIONS_LOOKED_AT] for number in queries.speakers_in(version)
    }
