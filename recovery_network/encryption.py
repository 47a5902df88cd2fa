"""Text that only this application can read; the database, its dumps and its logs hold ciphertext."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


@cache
def keyring(keys: tuple[str, ...]) -> MultiFernet:
    """The first key encrypts, all of them decrypt, so that keys can be changed without a pause."""
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    return keyring(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str, *, valid: timedelta | None = None) -> str:
    """Raises InvalidToken for what wasn't encrypted with one of our keys, or longer ago than `valid`."""
    seconds = None if valid is None else int(valid.total_seconds())
    return keyring(tuple(settings.FIELD_KEYS)).decrypt(token.encode(), ttl=seconds).decode()


class EncryptedTextField(TextField):
    """A text column holding a Fernet token; it can't be searched or sorted by its content."""

    def get_prep_value(self, value: Any) -> str:
        return encrypt(value or "")

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str:
        return decrypt(value) if value else ""
