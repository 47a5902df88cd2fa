from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.utils.translation import override

from recovery_network.audit.models import AuditEvent
from recovery_network.privacy.scrub import without_addresses


class Actor(Protocol):
    """What the log needs to know of an account."""

    pk: Any
    is_staff: bool

    def get_full_name(self) -> str: ...


def record(
    *,
    action: str,
    by: Actor | None,
    object: models.Model | None,
    conference_id: int | None = None,
    reason: str = "",
    **details: Any,
) -> AuditEvent:
    """Write one event in the caller's transaction; it is undone with what it tells of.

    `action` is "<app>.<what happened>", `by` None when the system acted by itself. `details` must be
    JSON without names of participants; e-mail addresses in it are masked. A model is described by its
    kind alone unless it has an `audit_text()` that is safe to keep (a conference's title, say).
    """
    return AuditEvent.objects.create(
        action=action,
        actor_id=by.pk if by else None,
        actor_label=actor_label(by),
        conference_id=conference_id,
        object_label=object_label(object),
        object_text=object_text(object),
        reason=without_addresses(reason)[:500],
        details=masked(details),
    )


def actor_label(by: Actor | None) -> str:
    """A member of staff by name; anyone else by number only."""
    if by is None:
        return ""
    return (by.get_full_name() if by.is_staff else "")[:150] or f"#{by.pk}"


def object_label(row: models.Model | None) -> str:
    """ "registrations.registration:5", as in Mail.about."""
    return f"{row._meta.label_lower}:{row.pk}" if row else ""


def object_text(row: models.Model | None) -> str:
    if row is None:
        return ""
    describe = getattr(row, "audit_text", None)
    # In one language for all, whichever the page was in that this was done on.
    with override(settings.LANGUAGE_CODE):
        return without_addresses(str(describe() if describe else row._meta.verbose_name))[:200]


def masked(value: Any) -> Any:
    if isinstance(value, str):
        return without_addresses(value)
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return value
