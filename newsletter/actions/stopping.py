"""Addresses that take no mail, or whose owners reported ours as unwanted, get no newsletter."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import User
from newsletter import letters
from newsletter.errors import NewsletterError
from newsletter.models import Subscription, Suppression
from recovery_network.audit.actions import record
from recovery_network.mail import outbox
from recovery_network.privacy.scrub import without_addresses


@transaction.atomic
def stop(*, email: str, reason: str, detail: str = "") -> Suppression | None:
    """Stops newsletters to an address; None where it has been stopped already."""
    stopped = Suppression.objects.in_force().select_for_update(no_key=True)
    if stopped.filter(email__iexact=email).exists():
        return None
    made = Suppression.objects.create(
        email=email.lower(), reason=reason, detail=without_addresses(detail, email)[:200]
    )
    waiting = Subscription.objects.filter(email__iexact=email).values_list("pk", flat=True)
    outbox.withdraw(kind=letters.KIND, about=[letters.about(pk) for pk in waiting])
    record(action="newsletter.stopped", by=None, object=made, reason_code=reason)
    return made


@transaction.atomic
def lift(*, suppression: Suppression, by: User) -> None:
    """Lets letters go to an address again. Raises NewsletterError where it was lifted before."""
    lifted = Suppression.objects.in_force().filter(pk=suppression.pk)
    if not lifted.update(lifted_at=timezone.now(), lifted_by=by):
        raise NewsletterError(_("It has been lifted already."))
    record(action="newsletter.lifted", by=by, object=suppression)
