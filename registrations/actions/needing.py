"""What people need: they report it, organisers answer it. The log never says what it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference
from network.models import User
from recovery_network.audit.actions import record
from recovery_network.audit.models import AuditEvent
from registrations import mails
from registrations.actions.applying import NeedReport
from registrations.actions.changing import check_may_change
from registrations.actions.places import locked
from registrations.consents import NEEDS_VERSION
from registrations.errors import RegistrationError
from registrations.models import Consent, Need, Registration


@transaction.atomic
def report_needs(
    *, registration: Registration, reports: Sequence[NeedReport], consents: bool
) -> bool:
    """Make the person's needs these, one of each kind; returns whether anything changed.

    What is new or worded anew waits for an answer again. Taking them all away is always allowed, and takes
    the consent with it. Raises RegistrationError: wrong_state, too_late, no_consent.
    """
    registration = locked(registration)
    known = {need.kind: need for need in registration.needs.all()}
    wanted = {report.kind: report.note for report in reports}
    gone = [need for kind, need in known.items() if kind not in wanted]
    new = [kind for kind, note in wanted.items() if kind not in known or known[kind].note != note]
    if wanted:
        check_may_change(registration, timezone.now())
        check_consent(registration, consents)
    if not gone and not new:
        return False
    registration.needs.filter(pk__in=[known[kind].pk for kind in new if kind in known]).delete()
    registration.needs.filter(pk__in=[need.pk for need in gone]).delete()
    Need.objects.bulk_create(
        Need(registration=registration, kind=kind, note=wanted[kind]) for kind in new
    )
    if not wanted:
        registration.consents.filter(purpose=Consent.Purpose.NEEDS).delete()
    registration.sequence += 1
    registration.save(update_fields=["sequence"])
    record(
        action="needs.reported",
        by=None,
        object=registration,
        conference_id=registration.conference_id,
    )
    if registration.is_active:
        mails.change(registration)
    return True


def check_consent(registration: Registration, consents: bool) -> None:
    given = registration.consents.filter(purpose=Consent.Purpose.NEEDS)
    if given.exists():
        return
    if not consents:
        raise RegistrationError(
            _("We can store what you need only if you say yes here. Or leave it all empty."),
            code="no_consent",
            field="needs_consent",
        )
    Consent.objects.create(
        registration=registration, purpose=Consent.Purpose.NEEDS, version=NEEDS_VERSION
    )


@dataclass(frozen=True)
class Answer:
    """What the organiser says to one need: how it stands, and in their own words."""

    need: int
    status: str
    words: str = ""


@transaction.atomic
def answer_needs(*, conference: Conference, answers: Sequence[Answer], by: User) -> int:
    """Keep the answers, and tell each person once by mail that there is one; returns how many are told.

    The mail says neither what the need is nor what the answer is (`docs/adr/`): both stand on the person's
    own page. An answer that changes nothing tells nobody, and a need that is gone is left out. Raises
    RegistrationError: unknown_status.
    """
    lock(conference.pk)
    needs = Need.objects.filter(registration__conference=conference).select_related(
        "registration__tier",
        "registration__booking__organisation",
        "registration__conference__venue",
    )
    found = needs.in_bulk([answer.need for answer in answers])
    told: dict[int, tuple[Registration, str]] = {}
    for answer in answers:
        if answer.status not in Need.Status.values:
            raise RegistrationError(
                _("Choose one of the states in the list."), code="unknown_status"
            )
        need = found.get(answer.need)
        if need is None or (answer.status, answer.words) == (need.status, need.answer):
            continue
        event = keep(need, answer, by)
        told[need.registration_id] = (need.registration, f"event{event.pk}")
    return sum(tell(registration, occasion) for registration, occasion in told.values())


def keep(need: Need, answer: Answer, by: User) -> AuditEvent:
    need.status, need.answer = answer.status, answer.words
    need.answered_at, need.answered_by = timezone.now(), by
    need.save(update_fields=["status", "answer", "answered_at", "answered_by"])
    return record(
        action="need.answered",
        by=by,
        object=need,
        conference_id=need.registration.conference_id,
        status=answer.status,
    )


def tell(registration: Registration, occasion: str) -> bool:
    if not registration.is_active or registration.conference.is_called_off():
        return False
    return mails.need_answered(registration, occasion=occasion) is not None
