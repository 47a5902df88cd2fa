from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock, touch
from conferences.models import Conference
from network.models import User
from programme import queries, snapshots
from programme.errors import ProgrammeError
from programme.models import ProgrammeVersion, Session
from recovery_network.audit.actions import record


@transaction.atomic
def publish(
    *, conference: Conference, by: User | None, note: str = "", seen: str = ""
) -> ProgrammeVersion:
    """Make the draft what readers see: one row, so that they see the old programme or the new.

    `seen` is the fingerprint of the draft that the organiser looked at. Raises ProgrammeError:
    changed_meanwhile where the draft is another by now, nothing_changed where readers see it already.
    """
    conference = lock(conference.pk)
    snapshot = snapshots.take(queries.draft_of(conference.pk))
    before = queries.newest_version(conference.pk)
    if seen and seen != snapshots.fingerprint(snapshot):
        raise ProgrammeError(
            _("Someone changed the draft meanwhile. Look through what is new once more."),
            code="changed_meanwhile",
        )
    if snapshot == (before.snapshot if before else []):
        raise ProgrammeError(
            _("Nothing has changed since the programme was last published."),
            code="nothing_changed",
        )
    version = ProgrammeVersion.objects.create(
        conference=conference,
        number=before.number + 1 if before else 1,
        note=note.strip(),
        published_at=timezone.now(),
        published_by=by,
        snapshot=snapshot,
    )
    forget_taken_out(conference, snapshot)
    touch(conference)
    record(
        action="programme.published",
        by=by,
        object=conference,
        conference_id=conference.pk,
        version=version.number,
        sessions=len(snapshot),
    )
    return version


def forget_taken_out(conference: Conference, snapshot: snapshots.Snapshot) -> None:
    """Sessions that readers no longer see go for good, with the materials that were theirs."""
    shown = {entry["id"] for entry in snapshot}
    gone = Session.everything.filter(conference=conference, taken_out_at__isnull=False)
    gone.exclude(pk__in=shown).delete()
