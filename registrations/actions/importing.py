"""Registering everyone in a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from conferences.actions import lock
from conferences.models import Conference
from network.models import User
from recovery_network.audit.actions import record
from registrations import importing
from registrations.actions.registering import register
from registrations.models import Registration


@dataclass(frozen=True)
class Imported:
    confirmed: int
    waiting: int
    known: int
    faulty: int


@transaction.atomic
def import_registrations(
    *, conference: Conference, table: Sequence[Sequence[str]], by: User
) -> Imported:
    """Register all good rows of `table` in one transaction, through the same verb as everyone.

    Rows with faults and people who are registered already are left out, so the same file again adds
    nothing. Whoever finds no place free waits. Raises TableRefused, RegistrationError (closed, …) and
    OperationalError; then nothing is written.
    """
    conference = lock(conference.pk)
    preview = importing.preview(conference, table)
    bookings = importing.applications(preview.good)
    before = set(conference.registrations.values_list("pk", flat=True))
    for application in bookings:
        register(conference=conference, application=application, by=by)
    new = conference.registrations.exclude(pk__in=before)
    record(
        action="registrations.imported",
        by=by,
        object=conference,
        conference_id=conference.pk,
        rows=len(preview.good),
    )
    return Imported(
        confirmed=new.filter(state=Registration.State.CONFIRMED).count(),
        waiting=new.filter(state=Registration.State.WAITING).count(),
        known=len(preview.known),
        faulty=len(preview.faulty),
    )
