"""The link that is sent to a new address: it carries what is wished for, readable by us alone."""

import json
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.utils import timezone
from django.utils.translation import gettext as _

from recovery_network.encryption import decrypt, encrypt
from registrations.errors import RegistrationError
from registrations.models import Registration

HOLDS_FOR = timedelta(days=2)
MOST_A_DAY = 5
PURPOSE = "new-address"


@dataclass(frozen=True)
class Wish:
    """That registration number `registration`, whose secret was `key` and address `old`, gets `email`."""

    registration: int
    key: str
    old: str
    email: str
    asked: float

    def still_holds(self, registration: Registration) -> bool:
        age = timezone.now().timestamp() - self.asked
        return (
            (self.key, self.old) == (registration.manage_key, registration.email)
            and 0 <= age < HOLDS_FOR.total_seconds()
        )  # fmt: skip


def token_for(registration: Registration, email: str) -> str:
    wish = [
        PURPOSE,
        registration.pk,
        registration.manage_key,
        registration.email,
        email,
        timezone.now().timestamp(),
    ]
    return encrypt(json.dumps(wish)).rstrip("=")


def read(token: str) -> Wish:
    """Raises RegistrationError: unknown_link."""
    try:
        purpose, *wish = json.loads(decrypt(token + "=" * (-len(token) % 4)))
    except (InvalidToken, ValueError) as error:
        raise RegistrationError(_("We don't know this link."), code="unknown_link") from error
    if purpose != PURPOSE:
        raise RegistrationError(_("We don't know this link."), code="unknown_link")
    return Wish(*wish)
