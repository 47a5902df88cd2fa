"""What may be done to many registrations at once, each asked about first."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.utils.translation import gettext_lazy

from recovery_network.admin_actions import RowAction
from registrations.actions.approving import answered_with, approve, decline
from registrations.actions.cancelling import cancel
from registrations.actions.checking_in import check_in, undo_check_in
from registrations.actions.deciding import move
from registrations.actions.messaging import resend
from registrations.actions.places import confirm
from registrations.actions.undoing import undoable
from registrations.errors import RegistrationError
from registrations.forms.organisers import CancelForm, DeclineForm
from registrations.models import BulkChange


def time_to_undo(action: BulkChange.Action) -> Callable[..., AbstractContextManager[Any]]:
    """Makes what is done to several at once undoable; for one alone, its page has what puts it right."""

    def around(rows: Sequence[Any], by: Any) -> AbstractContextManager[Any]:
        if len(rows) == 1:
            return nullcontext()
        return undoable(action=action, registrations=rows, by=by)

    return around


def time_to_undo_answers(
    action: BulkChange.Action,
) -> Callable[..., AbstractContextManager[Any]]:
    """As above, and for those who got the same answer without being chosen."""
    around = time_to_undo(action)
    return lambda rows, by: around(answered_with(rows), by)


APPROVE = RowAction(
    name="approve_places",
    question=gettext_lazy("Approve these registrations?"),
    explanation=gettext_lazy(
        "Each gets a place where one is free, and stands otherwise in line as of the moment they "
        "registered. They are told by mail. A party that comes together gets one answer, so "
        "only one of them stands here."
    ),
    button=gettext_lazy("Yes, approve them"),
    run=lambda registration, by: approve(registration=registration, by=by),
    refusals=RegistrationError,
    around=time_to_undo_answers(BulkChange.Action.APPROVE),
)
DECLINE = RowAction(
    name="decline_places",
    question=gettext_lazy("Say no to these registrations?"),
    explanation=gettext_lazy(
        "Each is told by mail that they get no place. You can approve them later all the same. A party "
        "that comes together gets one answer, so only one of them stands here."
    ),
    button=gettext_lazy("Yes, say no to them"),
    run=lambda registration, by, reason: decline(registration=registration, by=by, reason=reason),
    refusals=RegistrationError,
    form=DeclineForm,
    around=time_to_undo_answers(BulkChange.Action.DECLINE),
)
CONFIRM = RowAction(
    name="confirm_places",
    question=gettext_lazy("Confirm these registrations?"),
    explanation=gettext_lazy(
        "Each gets a place where one is free, and a confirmation by mail. Limits hold here too."
    ),
    button=gettext_lazy("Yes, confirm them"),
    run=lambda registration, by: confirm(registration=registration, by=by),
    refusals=RegistrationError,
    around=time_to_undo(BulkChange.Action.CONFIRM),
)
CANCEL = RowAction(
    name="cancel_places",
    question=gettext_lazy("Cancel these registrations?"),
    explanation=gettext_lazy(
        "Each gets a mail about it. The freed places go to the first in line."
    ),
    button=gettext_lazy("Yes, cancel the registrations"),
    run=lambda registration, by, reason, charge: cancel(
        registration=registration, by=by, reason=reason, charge=charge
    ),
    refusals=RegistrationError,
    form=CancelForm,
    around=time_to_undo(BulkChange.Action.CANCEL),
)
MOVE = RowAction(
    name="move_places",
    question=gettext_lazy("Move these to another kind of place?"),
    explanation=gettext_lazy(
        "The rules of the new kind hold, and the price becomes its price. Each gets one mail."
    ),
    button=gettext_lazy("Yes, move them"),
    run=lambda registration, by, tier: move(registration=registration, tier=tier, by=by),
    refusals=RegistrationError,
    around=time_to_undo(BulkChange.Action.MOVE),
)
RESEND = RowAction(
    name="resend_mails",
    question=gettext_lazy("Send the mail again?"),
    explanation=gettext_lazy("Each gets the mail that tells how the registration stands."),
    button=gettext_lazy("Yes, send it again"),
    run=lambda registration, by: resend(registration=registration, by=by),
    refusals=RegistrationError,
)
CHECK_IN = RowAction(
    name="check_in",
    question=gettext_lazy("Mark these as arrived?"),
    explanation=gettext_lazy("Those who have a place are written down as here."),
    button=gettext_lazy("Yes, they are here"),
    run=lambda registration, by: check_in(registration=registration, by=by),
    refusals=RegistrationError,
)
UNDO_CHECK_IN = RowAction(
    name="undo_check_in",
    question=gettext_lazy("Mark these as not arrived?"),
    explanation=gettext_lazy("For those who were marked as arrived by mistake."),
    button=gettext_lazy("Yes, they are not here"),
    run=lambda registration, by: undo_check_in(registration=registration, by=by),
    refusals=RegistrationError,
)
