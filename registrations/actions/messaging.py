from django.db import transaction

from network.models import User
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.places import locked
from registrations.models import Registration


@transaction.atomic
def resend(*, registration: Registration, by: User | None = None) -> Registration:
    """Send the mail that tells how the registration stands once more, at most once a minute."""
    registration = locked(registration)
    mails.again(registration)
    record(
        action="registration.mail_resent",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
    )
    return registration
