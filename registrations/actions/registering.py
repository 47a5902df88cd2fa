from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference
from network.actions import find_or_add_organisation, hold_organisation
from network.models import Organisation, User
from network.validators import fold
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.places import fill
from registrations.actions.rehearsing import Rehearsed, rehearse_mail
from registrations.consents import NEEDS_VERSION, TERMS_VERSION
from registrations.errors import RegistrationError
from registrations.models import Booking, Consent, Need, Registration, Submission, Tier

State = Registration.State


@dataclass(frozen=True)
class NewOrganisation:
    """An organisation that nobody has named before; `number` is checked already, or empty."""

    name: str
    number: str = ""


@dataclass(frozen=True)
class NeedReport:
    kind: str
    note: str = ""


@dataclass(frozen=True)
class Application:
    """What one person sends in, checked by the form. `submission` is the idempotency key of the form."""

    submission: UUID
    tier: str
    name: str
    email: str
    badge_name: str = ""
    organisation: Organisation | NewOrganisation | None = None
    invoice_reference: str = ""
    needs: tuple[NeedReport, ...] = ()
    language: str = "nb"
    accept_waiting: bool = False


@transaction.atomic
def register(
    *, conference: Conference, application: Application, by: User | None = None
) -> Submission:
    """Give a place, or a place in line, and write the mail about it (`domain.md` 4, 5).

    The same submission again returns the first answer. A person who is registered already gets the
    answer a newcomer would get, and a mail that says so: nobody else can learn it. Raises
    RegistrationError (closed, unknown_tier, tier_closed, organisation_required, organisation_limit,
    no_organisation_full), and OperationalError where the lock could not be had in time.
    """
    conference = lock(conference.pk)
    sent = Submission.objects.filter(pk=application.submission)
    if sent.exists():
        return same_submission(sent.select_related("tier").get(), conference)
    now = timezone.now()
    check_window(conference, now, by)
    tier = chosen_tier(conference, application.tier, now, by)
    organisation = held_organisation(tier, application.organisation, by)
    owner = organisation.pk if organisation else None
    ledger = fill(conference)
    scarcity = ledger.scarcity(tier, owner)
    if scarcity and not application.accept_waiting:
        refuse_own_limit(scarcity, tier, organisation)
    row = Row(conference, tier, organisation, scarcity, now)
    same_person = Registration.objects.active().filter(
        conference=conference,
        email__iexact=application.email,
        name_key=fold(application.name)[:160],
    )
    if not same_person.exists():
        write(application, row, by)
    else:
        existing = same_person.earliest("pk")
        rehearse(application, row)
        if mails.already_registered(existing) is None:
            rehearse_mail(to=application.email, language=application.language)
    return Submission.objects.create(
        pk=application.submission,
        conference=conference,
        outcome=Submission.Outcome.WAITING if scarcity else Submission.Outcome.CONFIRMED,
        name=application.name,
        email=application.email,
        organisation=organisation.name if organisation else "",
        tier=tier,
        created_at=now,
    )


@dataclass(frozen=True)
class Row:
    """What was decided under the lock."""

    conference: Conference
    tier: Tier
    organisation: Organisation | None
    scarcity: Registration.Scarcity | None
    now: datetime

    @property
    def state(self) -> State:
        return State.WAITING if self.scarcity else State.CONFIRMED


def same_submission(known: Submission, conference: Conference) -> Submission:
    if known.conference_id != conference.pk:
        raise RegistrationError(
            _("This form belongs to another gathering. Load the page again."), code="closed"
        )
    return known


def check_window(conference: Conference, now: datetime, by: User | None) -> None:
    """Organisers may register people who phoned until the gathering is over; others within the window."""
    state = conference.state(now)
    if state == Conference.State.OPEN:
        return
    if by is not None and state in {Conference.State.PUBLISHED, Conference.State.CLOSED}:
        return
    sentences = {
        Conference.State.PUBLISHED: _("Registration has not opened yet."),
        Conference.State.CLOSED: _("Registration has closed."),
        Conference.State.HELD: _("The gathering is over."),
        Conference.State.CANCELLED: _("The gathering is cancelled."),
    }
    raise RegistrationError(
        sentences.get(state, _("This gathering can't be registered for.")), code="closed"
    )


def chosen_tier(conference: Conference, key: str, now: datetime, by: User | None) -> Tier:
    tier = conference.tiers.filter(key=key).first()
    if tier is None:
        raise RegistrationError(
            _("Choose one of the kinds of place."), code="unknown_tier", field="tier"
        )
    if by is None and not tier.is_open(now):
        raise RegistrationError(
            _("This kind of place is not open for registration now."),
            code="tier_closed",
            field="tier",
        )
    return tier


def held_organisation(
    tier: Tier, wanted: Organisation | NewOrganisation | None, by: User | None
) -> Organisation | None:
    if wanted is None:
        if tier.organisation_required:
            raise RegistrationError(
                _("This kind of place needs an organisation. Write which one you come from."),
                code="organisation_required",
                field="organisation",
            )
        return None
    if isinstance(wanted, NewOrganisation):
        wanted = find_or_add_organisation(name=wanted.name, number=wanted.number, by=by)
    return hold_organisation(wanted.pk)


def refuse_own_limit(
    scarcity: Registration.Scarcity, tier: Tier, organisation: Organisation | None
) -> None:
    """A full house puts people in line; an organisation's own limit is a choice that they make themselves."""
    if scarcity == Registration.Scarcity.ORGANISATION and organisation:
        message = _("%(organisation)s has taken all its %(limit)s places of the kind %(tier)s.") % {
            "organisation": organisation.name,
            "limit": tier.limit_per_organisation,
            "tier": tier.name,
        }
        raise RegistrationError(message, code="organisation_limit", field="tier")
    if scarcity == Registration.Scarcity.NO_ORGANISATION:
        message = _("The places for people without an organisation are taken.")
        raise RegistrationError(message, code="no_organisation_full", field="tier")


def write(application: Application, row: Row, by: User | None) -> None:
    registration = write_rows(application, row, state=row.state, by=by)
    record(
        action=f"registration.{row.state}",
        by=by,
        object=registration,
        conference_id=row.conference.pk,
        tier=row.tier.key,
        waits_for=row.scarcity or "",
    )
    mails.waiting_list(registration) if row.scarcity else mails.confirmation(registration)


def rehearse(application: Application, row: Row) -> None:
    """Does the work of a new booking and undoes it, so that the answer takes as long."""
    try:
        with transaction.atomic():
            write_rows(application, row, state=State.CANCELLED, by=None)
            raise Rehearsed
    except Rehearsed:
        return


def write_rows(
    application: Application, row: Row, *, state: State, by: User | None
) -> Registration:
    booking = Booking.objects.create(
        conference=row.conference,
        contact_name=application.name,
        contact_email=application.email,
        organisation=row.organisation,
        language=application.language,
        invoice_reference=application.invoice_reference if row.tier.costs else "",
        source=Booking.Source.ADMIN if by else Booking.Source.WEB,
        created_at=row.now,
    )
    registration = Registration(
        booking=booking,
        conference=row.conference,
        tier=row.tier,
        name=application.name,
        badge_name=application.badge_name,
        email=application.email,
        state=state,
        price=row.tier.price,
        created_at=row.now,
        confirmed_at=row.now if state == State.CONFIRMED else None,
        waiting_since=row.now if state == State.WAITING else None,
        waiting_for=row.scarcity or "" if state == State.WAITING else "",
        cancelled_at=row.now if state == State.CANCELLED else None,
    )
    registration.save()
    Need.objects.bulk_create(
        Need(registration=registration, kind=need.kind, note=need.note)
        for need in application.needs
    )
    agreed = [(Consent.Purpose.TERMS, TERMS_VERSION)]
    if application.needs:
        agreed.append((Consent.Purpose.NEEDS, NEEDS_VERSION))
    Consent.objects.bulk_create(
        Consent(registration=registration, purpose=purpose, version=version, given_at=row.now)
        for purpose, version in agreed
    )
    return registration
