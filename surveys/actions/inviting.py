"""Asking people to answer, reminding them once, and leaving alone those who said no."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from membership.queries import members_to_write_to
from network.models import User
from recovery_network.audit.actions import record
from recovery_network.mail.models import Mail
from registrations.models import Registration
from surveys import mails
from surveys.errors import SurveyError
from surveys.models import Invitation, OptOut, Survey

Audience = Survey.Audience
BATCH = 100
MOST_AT_ONCE = 2000
SEPARATORS = re.compile(r"[\s,;<>]+")


@dataclass(frozen=True)
class Person:
    """Somebody who may be asked."""

    email: str
    language: str
    user: int | None = None


# --- Saying no -------------------------------------------------------------------------------


def hashes_of(email: str) -> list[str]:
    """The scrambled address under each of FIELD_KEYS, the newest first, so that keys can be changed."""
    address = email.strip().lower().encode()
    return [
        hmac.new(str(key).encode(), b"survey-opt-out:" + address, hashlib.sha256).hexdigest()
        for key in settings.FIELD_KEYS
    ]


def who_said_no(emails: Iterable[str]) -> set[str]:
    """Those of the addresses, in lower case, that want no surveys."""
    known = {code: email.lower() for email in emails for code in hashes_of(email)}
    found = OptOut.objects.filter(address_hash__in=known).values_list("address_hash", flat=True)
    return {known[code] for code in found}


@transaction.atomic
def opt_out(*, invitation: Invitation) -> None:
    """No survey is sent to this address again; what waits in the outbox is withdrawn."""
    OptOut.objects.get_or_create(address_hash=hashes_of(invitation.email)[0])
    mails.withdraw(*Invitation.objects.filter(email__iexact=invitation.email))


# --- Inviting --------------------------------------------------------------------------------


def people_for(survey: Survey) -> Iterator[Person]:
    """Whom the survey asks by itself, each address once; nobody where a list is pasted or all may come."""
    seen: set[str] = set()
    for person in everyone_for(survey):
        if person.email.lower() not in seen:
            seen.add(person.email.lower())
            yield person


def everyone_for(survey: Survey) -> Iterator[Person]:
    if survey.audience == Audience.MEMBERS:
        accounts = dict(User.objects.filter(is_active=True).values_list("email", "pk"))
        for member in members_to_write_to():
            yield Person(member.email, member.language, accounts.get(member.email))
    elif survey.audience in Survey.OF_A_CONFERENCE:
        registrations = Registration.objects.named().filter(conference=survey.conference_id)
        asked = (
            registrations.attended()
            if survey.audience == Audience.ATTENDED
            else registrations.confirmed()
        )
        for each in asked.select_related("booking").order_by("pk"):
            yield Person(each.address, each.booking.language)


def addresses_in(text: str) -> tuple[list[str], list[str]]:
    """The addresses in a pasted list, each once, and what in it is none."""
    good: dict[str, str] = {}
    bad = []
    for part in filter(None, SEPARATORS.split(text)):
        try:
            validate_email(part)
        except ValidationError:
            if "@" in part:
                bad.append(part)
        else:
            good.setdefault(part.lower(), part)
    return list(good.values()), bad


@transaction.atomic
def add_to_list(*, survey: Survey, emails: Iterable[str], language: str, by: User | None) -> int:
    """Puts addresses on the list of those who are asked; returns how many are new.

    They are written to once the survey is open. Who said no to surveys is left out without a word: that is
    theirs to tell. Raises SurveyError: too_many, wrong_state.
    """
    wanted = list(emails)
    if len(wanted) > MOST_AT_ONCE:
        raise SurveyError(
            _("Add at most %(count)d addresses at a time.") % {"count": MOST_AT_ONCE},
            code="too_many",
        )
    if survey.state() == Survey.State.CLOSED:
        raise SurveyError(_("This survey is closed."), code="wrong_state")
    added = add_invitations(survey, [Person(email, language) for email in wanted])
    record(
        action="survey.invited",
        by=by,
        object=survey,
        conference_id=survey.conference_id,
        count=len(added),
    )
    return len(added)


def add_invitations(survey: Survey, people: list[Person]) -> list[Invitation]:
    Survey.objects.select_for_update(no_key=True).only("pk").get(pk=survey.pk)
    known = {
        email.lower() for email in survey.invitations.values_list("email", flat=True)
    } | who_said_no(person.email for person in people)
    return Invitation.objects.bulk_create(
        Invitation(survey=survey, email=person.email, language=person.language, user_id=person.user)
        for person in people
        if person.email.lower() not in known
    )


def open_surveys() -> list[Survey]:
    return [
        survey
        for survey in Survey.objects.with_conference().exclude(audience=Audience.EVERYONE)
        if survey.state() == Survey.State.OPEN
    ]


def send_due_mails() -> int:
    """Invites whoever isn't yet and reminds whoever must be, for each open survey; returns how many mails."""
    return sum(invite(survey) + remind_if_due(survey) for survey in open_surveys())


def invite(survey: Survey) -> int:
    """Writes the invitations of an open survey that haven't been written yet."""
    people = list(people_for(survey))
    for start in range(0, len(people), BATCH):
        with transaction.atomic():
            add_invitations(survey, people[start : start + BATCH])
    written = written_to(mails.INVITATION, survey)
    waiting = [
        each
        for each in survey.invitations.filter(answered=False).order_by("pk")
        if each.pk not in written
    ]
    return sum(
        write_some(mails.INVITATION, survey, waiting[start : start + BATCH])
        for start in range(0, len(waiting), BATCH)
    )


def written_to(kind: str, survey: Survey) -> set[int]:
    keys = Mail.objects.filter(key__startswith=mails.prefix(kind, survey)).values_list(
        "key", flat=True
    )
    return {int(key.rpartition(":")[2]) for key in keys}


@transaction.atomic
def write_some(kind: str, survey: Survey, invitations: list[Invitation]) -> int:
    """Asks again, with the rows held, who has answered or said no meanwhile."""
    held = Invitation.objects.select_for_update(no_key=True).filter(
        pk__in=[each.pk for each in invitations], answered=False
    )
    rows = list(held.order_by("pk"))
    refused = who_said_no(each.email for each in rows)
    count = 0
    for each in rows:
        each.survey = survey
        if each.email.lower() in refused:
            continue
        if kind == mails.REMINDER:
            each.reminded = True
            each.save(update_fields=["reminded"])
            count += mails.reminder(each) is not None
        else:
            count += mails.invitation(each) is not None
    return count


def remind_if_due(survey: Survey) -> int:
    """Reminds once, some days before it closes, those who were invited before that moment."""
    closing = survey.closing()
    if closing is None or not survey.remind_days:
        return 0
    moment = closing - timedelta(days=survey.remind_days)
    if moment > timezone.now():
        return 0
    early = Mail.objects.filter(
        key__startswith=mails.prefix(mails.INVITATION, survey), created_at__lt=moment
    ).values_list("key", flat=True)
    return remind(survey, {int(key.rpartition(":")[2]) for key in early})


def remind(survey: Survey, invited: set[int]) -> int:
    unanswered = survey.invitations.filter(answered=False, reminded=False).order_by("pk")
    waiting = [each for each in unanswered if each.pk in invited]
    return sum(
        write_some(mails.REMINDER, survey, waiting[start : start + BATCH])
        for start in range(0, len(waiting), BATCH)
    )


def remind_now(*, survey: Survey, by: User) -> int:
    """The organiser doesn't wait for the date; still nobody is reminded twice. Raises SurveyError."""
    if survey.state() != Survey.State.OPEN:
        raise SurveyError(_("Only an open survey can remind people."), code="wrong_state")
    count = remind(survey, written_to(mails.INVITATION, survey))
    record(
        action="survey.reminded",
        by=by,
        object=survey,
        conference_id=survey.conference_id,
        count=count,
    )
    return count
