from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recovery_network.audit import actions as audit
from recovery_network.mail.broker import broker
from recovery_network.mail.errors import MailError
from recovery_network.mail.models import Mail


@transaction.atomic
def requeue(*, mail: Mail, by: audit.Actor) -> None:
    """Send a mail that was given up once more, from its first attempt. Raises MailError if it wasn't,
    or if its words have been deleted since."""
    changed = Mail.objects.filter(pk=mail.pk, state=Mail.State.FAILED, blanked_at=None).update(
        state=Mail.State.QUEUED,
        attempts=0,
        error_class="",
        error="",
        not_before=timezone.now(),
        nudged_at=None,
    )
    if not changed:
        raise MailError(
            _("Only a mail that was given up, and still has its text, can be sent again.")
        )
    audit.record(action="mail.requeued", by=by, object=mail)
    transaction.on_commit(partial(broker.nudge, mail.pk), robust=True)


@transaction.atomic
def cancel(*, mail: Mail, by: audit.Actor) -> None:
    """Keep a mail that still waits from being sent. Raises MailError if a worker was quicker."""
    changed = Mail.objects.filter(pk=mail.pk, state=Mail.State.QUEUED).update(
        state=Mail.State.CANCELLED
    )
    if not changed:
        raise MailError(_("Only a mail that waits can be cancelled."))
    audit.record(action="mail.cancelled", by=by, object=mail)
