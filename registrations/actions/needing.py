from django.db import transaction
from django.utils.translation import gettext as _

from network.models import User
from recovery_network.audit.actions import record
from registrations.errors import RegistrationError
from registrations.models import Need


@transaction.atomic
def answer_need(*, need: Need, status: str, by: User) -> Need:
    """Say how it goes with what someone needs; the log keeps that it was answered, not what it is.

    Raises RegistrationError: unknown_status.
    """
    if status not in Need.Status.values:
        raise RegistrationError(_("Choose one of the states in the list."), code="unknown_status")
    if status == need.status:
        return need
    need.status = status
    need.save(update_fields=["status"])
    record(
        action="need.answered",
        by=by,
        object=need,
        conference_id=need.registration.conference_id,
        status=status,
    )
    return need
