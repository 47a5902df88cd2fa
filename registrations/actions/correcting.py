from django.db import transaction
from django.utils.translation import gettext as _

from network.models import User
from network.validators import fold
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.places import check_named, locked
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.models.registration import RegistrationQuerySet


@transaction.atomic
def correct(
    *, registration: Registration, name: str, badge_name: str, email: str, by: User
) -> Registration:
    """Put right what was mistyped; state, place, code and the secret link stay as they are.

    The log keeps which fields changed, never what was in them. A new address gets the mail that tells
    how the registration stands. Raises RegistrationError: already_registered where the conference has
    another active registration of that name and address, unnamed where nobody was named.
    """
    registration = locked(registration)
    check_named(registration)
    wanted = {"name": name, "badge_name": badge_name, "email": email}
    changed = [field for field, value in wanted.items() if getattr(registration, field) != value]
    if not changed:
        return registration
    for field in changed:
        setattr(registration, field, wanted[field])
    check_person_once(registration)
    registration.save(update_fields=changed)
    event = record(
        action="registration.corrected",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
        changes={"fields": changed},
    )
    if "email" in changed:
        mails.again(registration, occasion=f"event{event.pk}")
    return registration


def check_person_once(registration: Registration, *, field: str = "email") -> None:
    """The rule of the constraint registration_person_once, in words."""
    if not registration.email or registration.state not in Registration.ACTIVE:
        return
    if others_like(registration, email=registration.email).exists():
        raise RegistrationError(
            _("Someone with this name and this e-mail is registered already."),
            code="already_registered",
            field=field,
        )


def others_like(registration: Registration, *, email: str, name: str = "") -> RegistrationQuerySet:
    """The active registrations of the conference that belong to the same person as this one would."""
    namesakes = Registration.objects.active().filter(
        conference=registration.conference_id,
        email__iexact=email,
        name_key=fold(name or registration.name)[:160],
    )
    return namesakes.exclude(pk=registration.pk).select_related(
        "tier", "booking__organisation", "conference__venue"
    )
