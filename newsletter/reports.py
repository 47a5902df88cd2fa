"""What the mail provider tells of our mails (django-anymail). Only what never arrived, or was unwanted, counts:
openings and clicks are not followed, and where a provider tells of them anyway they are not kept."""

import logging
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.db import IntegrityError

from newsletter.actions.stopping import stop
from newsletter.models import Suppression

log = logging.getLogger(__name__)

Reason = Suppression.Reason
# A bounce for another reason (a full mailbox, a server away) may be over tomorrow.
LASTING = {RejectReason.BOUNCED, RejectReason.INVALID}


def listen() -> None:
    tracking.connect(on_event, dispatch_uid="newsletter.reports")


def on_event(sender: Any, event: AnymailTrackingEvent, **_kwargs: Any) -> None:
    reason = verdict(event)
    if reason is None or not event.recipient:
        return
    try:
        stop(
            email=event.recipient,
            reason=reason,
            detail=event.description or event.mta_response or "",
        )
    except IntegrityError:
        log.info("An address was reported twice at the same moment.")


def verdict(event: AnymailTrackingEvent) -> str | None:
    """Why the address is stopped; None where it isn't."""
    if event.event_type in {EventType.COMPLAINED}:
        return Reason.COMPLAINT
    if event.event_type in {EventType.BOUNCED, EventType.REJECTED}:
        if event.reject_reason == RejectReason.SPAM:
            return Reason.COMPLAINT
        if event.reject_reason in LASTING:
            return Reason.BOUNCED
    return None
