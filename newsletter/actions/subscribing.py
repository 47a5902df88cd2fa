"""Subscribing, confirming the address, choosing, and unsubscribing."""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from membership import consents, wishes
from membership.models import ConsentRecord
from network.models import Topic, User
from newsletter import letters, mails
from newsletter.errors import NewsletterError
from newsletter.models import SubscribeRequest, Subscription, Suppression
from recovery_network.audit.actions import record
from recovery_network.mail import outbox


@transaction.atomic
def ask_to_subscribe(*, email: str, language: str, topics: Collection[Topic]) -> None:
    """Sends a link to the address (lower case): to confirm, or to what a subscriber has chosen.

    The work is the same for both, so that neither words nor clock tell who subscribes (ADR 2).
    """
    has_enough = wishes.has_mails_enough(SubscribeRequest.objects.all(), email)
    subscription = Subscription.objects.filter(email=email).first()
    request = SubscribeRequest.objects.create(
        email=email,
        language=language,
        agreed_to=consents.as_agreed([ConsentRecord.Purpose.NEWSLETTER], language),
    )
    request.topics.set(topics)
    if has_enough:
        return
    if subscription is None:
        mails.confirm(request)
    else:
        mails.known(request, subscription)


def open_request(key: str) -> SubscribeRequest | None:
    return wishes.still_open(SubscribeRequest.objects.all(), key)


@transaction.atomic
def confirm_subscription(*, request: SubscribeRequest) -> Subscription:
    """The subscription that comes of a wish. Raises NewsletterError where the link was used meanwhile."""
    held = SubscribeRequest.objects.select_for_update(no_key=True).filter(pk=request.pk).first()
    if held is None:
        raise NewsletterError(_("This link has been used."))
    subscription, added = find_or_make(held)
    if added:
        subscription.topics.set(held.topics.all())
        consents.keep(
            held.agreed_to,
            email=subscription.email,
            about=letters.about(subscription.pk),
            language=held.language,
            agreed_at=held.asked_at,
        )
        record(action="newsletter.subscribed", by=None, object=subscription)
    # The link arrived, so the address takes mail again, and its owner wants some.
    Suppression.objects.in_force().filter(email__iexact=held.email).update(lifted_at=timezone.now())
    held.delete()
    return subscription


def find_or_make(request: SubscribeRequest) -> tuple[Subscription, bool]:
    """The address's subscription, and whether it is new."""
    existing = Subscription.objects.filter(email=request.email)
    found = existing.first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            made = Subscription.objects.create(email=request.email, language=request.language)
    except IntegrityError:
        # Another link of the same address was pressed at the same moment.
        return existing.get(), False
    return made, True


@transaction.atomic
def change_choices(*, subscription: Subscription, language: str, topics: Collection[Topic]) -> None:
    subscription.language = language
    subscription.save(update_fields=["language"])
    subscription.topics.set(topics)


@transaction.atomic
def unsubscribe(*, subscription: Subscription, by: User | None = None) -> None:
    """Ends a subscription at once: the row goes, what waits isn't sent, the register notes it."""
    about = letters.about(subscription.pk)
    outbox.withdraw(about=[about])
    consents.withdraw(about=about)
    record(action="newsletter.unsubscribed", by=by, object=subscription)
    subscription.delete()
