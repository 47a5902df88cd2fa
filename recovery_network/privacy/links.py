"""Links for people without an account: the address is in them, but only we can read it, and only for a day."""

import hashlib
import hmac
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings

from recovery_network import encryption

PURPOSE = "own-data:"
VALID = timedelta(days=1)


def token_for(email: str) -> str:
    return encryption.encrypt(PURPOSE + email.lower()).rstrip("=")


def email_in(token: str) -> str | None:
    """The address, or None for a token that is old, mistyped or was made for something else."""
    padded = token + "=" * (-len(token) % 4)
    try:
        text = encryption.decrypt(padded, valid=VALID)
    except InvalidToken:
        return None
    return text.removeprefix(PURPOSE) if text.startswith(PURPOSE) else None


def mark_of(email: str) -> str:
    """The same for each address, and no way back from it: keys of mails hold no address."""
    return hmac.new(
        settings.SECRET_KEY.encode(), email.lower().encode(), hashlib.sha256
    ).hexdigest()[:32]
