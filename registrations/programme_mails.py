"""What those who are registered are written when the programme changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conferences import calendars
from programme.models import ProgrammeVersion
from recovery_network import i18n
from recovery_network.mail import kinds
from recovery_network.mail.models import Mail
from registrations import mails
from registrations.models import Registration

KIND = "programme_changed"


@dataclass(frozen=True)
class Line:
    """A session with what changed, in the reader's language."""

    title: str
    sentences: Sequence[str]


def declare() -> None:
    """Makes the kind of mail known to the outbox."""
    kinds.register(
        kinds.Kind(
            name=KIND,
            label=_("Programme changed"),
            placeholders=(*mails.PLACEHOLDERS, "programme_url"),
            sample=sample,
        )
    )


def programme_changed(
    registration: Registration,
    version: ProgrammeVersion,
    *,
    chosen: Sequence[Line],
    others: Sequence[Line],
) -> Mail | None:
    """Once for each version: what changed of what the person has chosen, and what else they are told."""
    with i18n.speaking(registration.booking.language):
        words = words_of(reverse("programme", args=[registration.conference.slug]))
    return mails.queue(
        KIND,
        registration,
        key=f"{KIND}:{version.pk}:{registration.pk}",
        note=version.note,
        chosen=chosen,
        others=others,
        **words,
    )


def words_of(path: str) -> dict[str, Any]:
    return {"programme_url": calendars.absolute(path)}


def sample() -> Mapping[str, Any]:
    moved = Line("Eksempelverkstedet", ["kl. 11.00–12.30 → kl. 11.30–13.00."])
    other = Line("Eksempelforedraget", ["Storsalen → Lillesalen."])
    found = mails.sample()
    path = reverse("programme", args=[found["conference"].slug])
    return {
        **found,
        **words_of(path),
        "note": "Én workshop begynner senere.",
        "chosen": [moved],
        "others": [other],
    }
