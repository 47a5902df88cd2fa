"""What people change in their own registration, with their own link."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recovery_network.audit.actions import object_label, record
from recovery_network.audit.models import AuditEvent
from registrations import addresses, mails
from registrations.actions import seating
from registrations.actions.correcting import check_person_once, others_like
from registrations.actions.places import check_named, locked
from registrations.actions.rehearsing import rehearse_mail
from registrations.consents import TERMS_VERSION
from registrations.errors import RegistrationError
from registrations.models import Consent, Registration
from registrations.validators import is_same_person


@dataclass(frozen=True)
class Details:
    """How the registration is to stand. Language and invoice reference belong to the booking: None where
    others share it, and the contact person decides.
    """

    name: str
    badge_name: str
    language: str | None = None
    invoice_reference: str | None = None
    agrees_to_terms: bool = False


@transaction.atomic
def change(*, registration: Registration, details: Details) -> list[str]:
    """Write what the person changed, and tell them once by mail; returns the names of the changed fields.

    The log keeps which fields, never what was in them. Raises RegistrationError: wrong_state, too_late,
    other_person where the new name is another person's, already_registered, own_workshop.
    """
    registration = locked(registration)
    check_may_change(registration, timezone.now())
    if details.agrees_to_terms:
        agree(registration)
    own = {"name": details.name, "badge_name": details.badge_name}
    shared = {
        name: value
        for name in ("language", "invoice_reference")
        if (value := getattr(details, name)) is not None
    }
    changed = differing(registration, own)
    changed_booking = differing(registration.booking, shared)
    if not changed and not changed_booking:
        return []
    if "name" in changed and not is_same_person(registration.name, details.name):
        raise RegistrationError(
            _("Does someone else come? Hand the place over to them instead."),
            code="other_person",
            field="name",
        )
    if "name" in changed:
        check_chose_none(registration, name=details.name)
    is_contact = registration.is_own_contact
    for name in changed:
        setattr(registration, name, own[name])
    check_person_once(registration, field="name")
    registration.sequence += 1
    registration.save(update_fields=[*changed, "sequence"])
    for name in changed_booking:
        setattr(registration.booking, name, shared[name])
    if is_contact and "name" in changed:
        registration.booking.contact_name = registration.name
        changed_booking.append("contact_name")
    registration.booking.save(update_fields=changed_booking)
    fields = sorted({*changed, *changed_booking} - {"contact_name"})
    record_change(registration, fields)
    mails.change(registration)
    return fields


def differing(row: object, wanted: dict[str, str]) -> list[str]:
    return [name for name, value in wanted.items() if getattr(row, name) != value]


def agree(registration: Registration) -> None:
    Consent.objects.get_or_create(
        registration=registration,
        purpose=Consent.Purpose.TERMS,
        defaults={"version": TERMS_VERSION},
    )


def record_change(registration: Registration, fields: list[str]) -> None:
    record(
        action="registration.changed",
        by=None,
        object=registration,
        conference_id=registration.conference_id,
        changes={"fields": fields},
    )


def check_may_change(registration: Registration, now: datetime) -> None:
    """Raises RegistrationError: unnamed, wrong_state, too_late."""
    check_named(registration)
    if not registration.is_active or registration.conference.is_called_off(now):
        raise RegistrationError(
            _("There is nothing to change any more: the registration no longer stands."),
            code="wrong_state",
        )
    if now >= registration.conference.changeable_until():
        raise RegistrationError(
            _("The deadline for changing it yourself has passed. Contact the organiser."),
            code="too_late",
        )


def check_chose_none(registration: Registration, *, name: str = "", email: str = "") -> None:
    """Nobody who holds a workshop gets a seat there by another spelling of their name, or another address.

    Of the address it is said to whoever reads its mail, and so tells nobody else whose it is.
    """
    own = seating.own_workshop(registration, name=name, email=email)
    if own is not None:
        raise RegistrationError(
            _("You hold “%(workshop)s” yourself. Change to another workshop first.")
            % {"workshop": own.title},
            code="own_workshop",
            field="name" if name else "email",
        )


# --- A new address ---------------------------------------------------------------------------


@transaction.atomic
def ask_for_address(*, registration: Registration, email: str) -> None:
    """Send a mail to `email` with a link; the address is used when somebody there presses it.

    So a mistyped address loses nothing, and the page can't tell whether somebody of that name is
    registered with that address already: then they get the mail that says so, and nothing comes of it.
    Raises RegistrationError: wrong_state, too_late, too_many.
    """
    registration = locked(registration)
    now = timezone.now()
    check_may_change(registration, now)
    if asked_today(registration, now) >= addresses.MOST_A_DAY:
        raise RegistrationError(
            _("You have tried many addresses today. Try again tomorrow, or contact the organiser."),
            code="too_many",
            field="email",
        )
    known = others_like(registration, email=email).first()
    if known is None:
        sent = mails.new_address(registration, email, addresses.token_for(registration, email))
    else:
        sent = mails.already_registered(known)
    if sent is None:
        rehearse_mail(to=email, language=registration.booking.language)
    record(
        action="registration.address_asked",
        by=None,
        object=registration,
        conference_id=registration.conference_id,
    )


def asked_today(registration: Registration, now: datetime) -> int:
    """Counted from the log, which every wish stands in, whatever came of it."""
    asked = AuditEvent.objects.filter(
        action="registration.address_asked", object_label=object_label(registration)
    )
    return asked.filter(at__gt=now - timedelta(days=1)).count()


@transaction.atomic
def use_address(*, token: str) -> Registration:
    """Use the address that the link was sent to: the mails and the link go there from now on.

    The old address is told. Raises RegistrationError: unknown_link, expired where the link is old or the
    address has been changed since, already_registered, own_workshop, and as check_may_change does.
    """
    wish = addresses.read(token)
    found = Registration.objects.filter(pk=wish.registration).first()
    if found is None:
        raise RegistrationError(_("We don't know this link."), code="unknown_link")
    registration = locked(found)
    if not wish.still_holds(registration):
        raise RegistrationError(
            _("This link has been used, or another came after it."), code="expired"
        )
    check_may_change(registration, timezone.now())
    check_chose_none(registration, email=wish.email)
    old = registration.address
    was_contact = registration.is_own_contact
    registration.email = wish.email
    check_person_once(registration, field="email")
    registration.sequence += 1
    registration.save(update_fields=["email", "sequence"])
    if was_contact:
        registration.booking.contact_email = wish.email
        registration.booking.save(update_fields=["contact_email"])
    record_change(registration, ["email"])
    mails.address_changed(registration, to=old)
    mails.change(registration)
    return registration
