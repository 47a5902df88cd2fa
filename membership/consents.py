"""The texts that people agree to, and their versions. A changed text gets a new version (its month)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from membership.models import ConsentRecord
from recovery_network.i18n import speaking

Purpose = ConsentRecord.Purpose

TEXTS: dict[str, tuple[str, str | Promise]] = {
    Purpose.MEMBERSHIP: (
        "2026-11",
        _(
            "I want to be a member. The network may keep what I write here, and write to me about gatherings "
            "and surveys, until I leave."
        ),
    ),
    Purpose.NAMED: ("2026-11", _("The network may show my name on its website as a member.")),
    Purpose.NEWSLETTER: (
        "2026-11",
        _("The network may keep my address and send me the newsletter until I unsubscribe."),
    ),
}


def words(purpose: str, language: str) -> str:
    with speaking(language):
        return str(TEXTS[purpose][1])


def as_agreed(purposes: Iterable[str], language: str) -> list[dict[str, str]]:
    """What someone agreed to just now, word by word, for keeping until they confirm."""
    return [
        {"purpose": str(each), "version": TEXTS[each][0], "text": words(each, language)}
        for each in purposes
    ]


def keep(
    agreed: Iterable[dict[str, Any]],
    *,
    email: str,
    about: str,
    language: str,
    agreed_at: datetime,
) -> None:
    """Enters what was agreed to into the register; what stands there for the same row already stays."""
    known = set(
        ConsentRecord.objects.filter(about=about, withdrawn_at=None).values_list(
            "purpose", flat=True
        )
    )
    now = timezone.now()
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            **each,
            email=email,
            about=about,
            language=language,
            agreed_at=min(agreed_at, now),
            confirmed_at=now,
        )
        for each in agreed
        if each["purpose"] not in known
    )


def withdraw(*, about: str, purposes: Iterable[str] = ()) -> int:
    """Notes that consents about a row were taken back, all or those named; returns how many."""
    given = ConsentRecord.objects.filter(about=about, withdrawn_at=None)
    if purposes:
        given = given.filter(purpose__in=list(purposes))
    return given.update(withdrawn_at=timezone.now())
