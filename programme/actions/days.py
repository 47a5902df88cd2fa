"""Changes of the draft that a whole day is edited by. Readers see none of it before it is published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference, Room
from network.models import User
from programme import clocks, mentions, queries, snapshots
from programme.mentions import Mention
from programme.models import Contribution, Session, Speaker, Track
from recovery_network.audit.actions import record
from recovery_network.slugs import free_slug


@dataclass(frozen=True)
class Row:
    """A session as it stands in the table. `number` is None where it is new; `was` tells how it was when read.

    `people` None leaves them as they are.
    """

    index: int
    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime | None
    room: Room | None = None
    track: Track | None = None
    people: Sequence[Mention] | None = None
    abstract: str | None = None
    location: str | None = None
    number: int | None = None
    was: str = ""
    remove: bool = False


class RowTrouble(Exception):
    """What is wrong with which rows: sentences by index. Nothing was written."""

    def __init__(self, errors: dict[int, str]) -> None:
        super().__init__(*errors.values())
        self.errors = errors


@dataclass
class Saved:
    added: int = 0
    changed: int = 0
    removed: int = 0
    new_people: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.added + self.changed + self.removed


@transaction.atomic
def save_rows(*, conference: Conference, rows: Iterable[Row], by: User) -> Saved:
    """Write all rows, or none: new ones, changed ones, and those to take out.

    Raises RowTrouble, also for a row that someone else has changed since it was read: theirs stands.
    """
    conference = lock(conference.pk)
    there = {session.pk: session for session in queries.draft_of(conference.pk)}
    errors: dict[int, str] = {}
    saved = Saved()
    for row in rows:
        session = there.get(row.number) if row.number else None
        try:
            check_unchanged(row, session)
            write(conference, row, session, saved)
        except ValidationError as refusal:
            errors[row.index] = " ".join(refusal.messages)
    if errors:
        raise RowTrouble(errors)
    if saved.total:
        record(
            action="programme.edited",
            by=by,
            object=conference,
            conference_id=conference.pk,
            added=saved.added,
            changed=saved.changed,
            removed=saved.removed,
        )
    return saved


def check_unchanged(row: Row, session: Session | None) -> None:
    """Raises ValidationError where the row isn't any more as the organiser saw it."""
    if row.number and session is None:
        raise ValidationError(
            _("Someone else took this row out meanwhile. Save once more to put it in again.")
        )
    if session is not None and state_of(session) != row.was:
        raise ValidationError(
            _(
                "Someone else changed this row meanwhile. Now it is: %(row)s. "
                "Save once more to put yours in its place."
            )
            % {"row": in_words(session)}
        )


def state_of(session: Session) -> str:
    """What tells whether a row was changed since it was read."""
    return snapshots.fingerprint(snapshots.entry_of(session))


def in_words(session: Session) -> str:
    zone = session.conference.zone
    span = "–".join(
        clocks.written(moment, zone) for moment in (session.starts_at, session.ends_at) if moment
    )
    people = mentions.written(session.contributions.select_related("speaker"))
    return ", ".join(part for part in (f"{span} {session.title}", session.place(), people) if part)


def write(conference: Conference, row: Row, session: Session | None, saved: Saved) -> None:
    """Raises ValidationError for what can't be."""
    if row.remove:
        if session is not None:
            take_out(session)
            saved.removed += 1
        return
    new = session is None
    session = session or Session(
        conference=conference,
        key=free_slug(row.title, Session.objects.filter(conference=conference), "key"),
    )
    session.title, session.kind = row.title, row.kind
    session.starts_at, session.ends_at = row.starts_at, row.ends_at
    session.room, session.track = row.room, row.track
    if row.abstract is not None:
        session.abstract = row.abstract
    if row.location is not None:
        session.location = row.location
    session.full_clean(validate_unique=False)
    session.save()
    if row.people is not None:
        put_people(session, row.people, saved)
    if new:
        saved.added += 1
    else:
        saved.changed += 1


def take_out(session: Session) -> None:
    """Raises ValidationError where something stands on the session that must not go with it."""
    try:
        session.delete()
    except (models.ProtectedError, models.RestrictedError):
        raise ValidationError(
            _("“%(title)s” stays: people have chosen it.") % {"title": session.title}
        ) from None


def put_people(session: Session, people: Sequence[Mention], saved: Saved) -> None:
    """Makes these, in this order, those who contribute."""
    before = list(session.contributions.select_related("speaker")) if session.pk else []
    kept: set[int] = set()
    for position, mention in enumerate(people):
        held = next(
            (
                each
                for each in before
                if each.pk not in kept
                and each.role == mention.role
                and each.speaker.name.casefold() == mention.name.casefold()
            ),
            None,
        )
        speaker = held.speaker if held else speaker_named(mention, saved)
        contribution = held or Contribution(session=session, speaker=speaker, role=mention.role)
        contribution.position = position
        usual = ", ".join(part for part in (speaker.title, speaker.affiliation) if part)
        contribution.presented_as = (
            "" if mention.presentation in {"", usual} else mention.presentation
        )
        contribution.full_clean(exclude=["session"])
        contribution.save()
        kept.add(contribution.pk)
    for each in before:
        if each.pk not in kept:
            each.delete()


def speaker_named(mention: Mention, saved: Saved) -> Speaker:
    """Who is called that; someone new where nobody is. Raises ValidationError where several are."""
    called = list(Speaker.objects.filter(name__iexact=mention.name))
    if len(called) > 1:
        as_presented = [
            each
            for each in called
            if mention.presentation
            == ", ".join(part for part in (each.title, each.affiliation) if part)
        ]
        if len(as_presented) != 1:
            raise ValidationError(
                _(
                    "Several people are called %(name)s. Choose the right one on the session's own page."
                )
                % {"name": mention.name}
            )
        return as_presented[0]
    if called:
        return called[0]
    speaker = Speaker(name=mention.name, title=mention.title, affiliation=mention.affiliation)
    speaker.full_clean()
    speaker.save()
    saved.new_people.append(speaker.name)
    return speaker


@transaction.atomic
def swap(*, conference: Conference, number: int, later: bool, by: User) -> Session | None:
    """Let a session change places with the one before or after it in its room that day; returns it.

    Both keep their durations, and the time between them stays. None where it has no such neighbour.
    """
    conference = lock(conference.pk)
    pair = neighbours(conference, number, later=later)
    if pair is None:
        return None
    first, second = pair
    start, then = first.starts_at, second.starts_at
    move(second, to=start)
    if second.ends_at is not None:
        between = then - first.ends_at if first.ends_at else timedelta(0)
        then = second.ends_at + max(between, timedelta(0))
    move(first, to=then)
    record_moved(conference, by, 2)
    return first if first.pk == number else second


def neighbours(
    conference: Conference, number: int, *, later: bool
) -> tuple[Session, Session] | None:
    moved = Session.objects.filter(conference=conference, pk=number).first()
    if moved is None:
        return None
    day = moved.starts_at.astimezone(conference.zone).date()
    sessions = [
        session
        for session in Session.objects.filter(conference=conference, room=moved.room_id)
        if session.starts_at.astimezone(conference.zone).date() == day
    ]
    at = sessions.index(moved)
    other = at + 1 if later else at - 1
    if not 0 <= other < len(sessions):
        return None
    return sessions[min(at, other)], sessions[max(at, other)]


def move(session: Session, *, to: datetime) -> None:
    """To another beginning, with the same duration."""
    by = to - session.starts_at
    session.starts_at = to
    session.ends_at = session.ends_at + by if session.ends_at else None
    session.save(update_fields=["starts_at", "ends_at"])


@transaction.atomic
def place(
    *,
    conference: Conference,
    number: int,
    starts_at: datetime,
    room: Room | None,
    was: str,
    by: User,
) -> Session:
    """Put one session at another time and in another room, with its duration.

    Raises RowTrouble where it was changed or taken out meanwhile.
    """
    conference = lock(conference.pk)
    session = queries.draft_of(conference.pk).filter(pk=number).first()
    try:
        check_unchanged(Row(0, "", "", starts_at, None, number=number, was=was), session)
    except ValidationError as refusal:
        raise RowTrouble({0: " ".join(refusal.messages)}) from None
    assert session is not None
    session.room = room
    session.save(update_fields=["room"])
    move(session, to=starts_at)
    record_moved(conference, by, 1)
    return session


@transaction.atomic
def shift(
    *, conference: Conference, after: datetime, until: datetime, minutes: int, by: User
) -> int:
    """Move everything that begins from `after` to before `until` by so many minutes; returns how many."""
    conference = lock(conference.pk)
    later = list(to_shift(conference, after, until))
    for session in later:
        move(session, to=session.starts_at + timedelta(minutes=minutes))
    if later:
        record_moved(conference, by, len(later))
    return len(later)


def to_shift(conference: Conference, after: datetime, until: datetime) -> Iterable[Session]:
    return Session.objects.filter(conference=conference, starts_at__gte=after, starts_at__lt=until)


def record_moved(conference: Conference, by: User, count: int) -> None:
    record(
        action="programme.moved",
        by=by,
        object=conference,
        conference_id=conference.pk,
        sessions=count,
    )
