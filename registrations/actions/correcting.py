from django.db import transaction
from django.utils.translation import gettext as _

from network.models import User
from network.validators import fold
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.places import locked
from registrations.errors import RegistrationError
from registrations.models import Registration


@transaction.atomic
def correct(
    *, registration: Registration, name: str, badge_name: str, email: str, by: User
) -> Registration:
    """Put right what was mistyped; state, place, code and the secret link stay as they are.

    The log keeps which fields changed, never what was in them. A new address gets the mail that tells
    how the registration stands. Raises RegistrationError: already_registered where the conference has
    another active registration of that name and address.
    """
    registration = locked(registration)
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


def check_person_once(registration: Registration) -> None:
    """The rule of the constraint registration_person_once, in words."""
    if not (registration.email and registration.is_active):
        return
    namesakes = registration.conference.registrations.active().filter(
        email__iexact=registration.email, name_key=fold(registration.name)[:160]
    )
    if namesakes.exclude(pk=registration.pk).exists():
        raise RegistrationError(
            _("Someone with this name and this e-mail is registered already."),
            code="already_registered",
            field="email",
        )
