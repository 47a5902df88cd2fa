"""Publishing a programme, and telling those whom it touches."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from conferences.actions import lock
from conferences.models import Conference
from network.models import User
from programme import changes, queries, snapshots
from programme.actions.publishing import publish
from programme.changes import Change
from programme.models import ProgrammeVersion, Speaker
from recovery_network import i18n
from registrations.models import Registration, SessionSeat
from registrations.programme_mails import Line, programme_changed
from registrations.queries import whole_registrations


@transaction.atomic
def publish_and_tell(
    *, conference: Conference, by: User, note: str = "", seen: str = "", everyone: bool = False
) -> tuple[ProgrammeVersion, int]:
    """The new version, and how many mails were written.

    Those who have chosen a session that moved, changed its name or its people are told once, whatever state
    their choice is in; with `everyone` also all others who have a place, an offer or a turn in line. A first
    programme changes nothing for anyone who has chosen. Raises ProgrammeError as publish() does.
    """
    # Held from here on, so that nobody publishes between the two programmes that are compared.
    lock(conference.pk)
    before = queries.newest_version(conference.pk)
    version = publish(conference=conference, by=by, note=note, seen=seen)
    found = changes.compare(before.snapshot if before else [], version.snapshot)
    return version, tell(version, found, everyone=everyone)


def tell(version: ProgrammeVersion, found: Sequence[Change], *, everyone: bool) -> int:
    touched = touched_by(found)
    people = whole_registrations().active().filter(conference=version.conference_id)
    if not everyone:
        people = people.filter(pk__in=touched)
    words = Words(found, version.conference)
    told = 0
    for registration in people.order_by("pk"):
        mine = touched.get(registration.pk, [])
        others = [change for change in found if everyone and change not in mine]
        language = registration.booking.language
        mail = programme_changed(
            registration,
            version,
            chosen=words.lines(mine, language),
            others=words.lines(others, language),
        )
        told += mail is not None
    return told


def touched_by(found: Sequence[Change]) -> dict[int, list[Change]]:
    """By registration what changed of that which the person has chosen, wishes or waits for."""
    by_guid = {change.guid: change for change in found if change.is_worth_telling and change.before}
    seats = SessionSeat.objects.filter(session__guid__in=by_guid).order_by("session__starts_at")
    touched: Mapping[int, list[Change]] = defaultdict(list)
    for registration, guid in seats.values_list("registration", "session__guid"):
        touched[registration].append(by_guid[str(guid)])
    return dict(touched)


def number_touched(found: Sequence[Change]) -> int:
    """How many are told whatever the organiser ticks."""
    return Registration.objects.active().filter(pk__in=touched_by(found)).count()


class Words:
    """What changed, in each language once."""

    def __init__(self, found: Sequence[Change], conference: Conference) -> None:
        entries: list[snapshots.Entry] = [
            entry for change in found for entry in (change.before, change.after) if entry
        ]
        wanted = {each["speaker_id"] for entry in entries for each in entry["contributions"]}
        self.names = dict(Speaker.objects.filter(pk__in=wanted).values_list("pk", "name"))
        self.conference = conference
        self.said: dict[tuple[str, str], Line] = {}

    def lines(self, found: Sequence[Change], language: str) -> list[Line]:
        return [self.line(change, language) for change in found]

    def line(self, change: Change, language: str) -> Line:
        key = change.guid, language
        if key not in self.said:
            with i18n.speaking(language), i18n.in_zone(self.conference.time_zone):
                self.said[key] = Line(change.title, changes.sentences(change, self.names))
        return self.said[key]
