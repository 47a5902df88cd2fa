import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def folder() -> Path | None:
    """Where FolderBackend writes; None where mails go to a server."""
    path = getattr(settings, "EMAIL_FILE_PATH", None)
    return Path(path) if path else None


class FolderBackend(BaseEmailBackend):
    """Writes each mail as one .eml file in settings.EMAIL_FILE_PATH; names sort by time."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        chosen = folder()
        if chosen is None:
            raise ImproperlyConfigured("EMAIL_FILE_PATH is not set: mails have no folder to go to.")
        self.folder = chosen

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            self.write(message.message().as_bytes())
        return len(email_messages)

    def write(self, content: bytes) -> None:
        """A reader never sees half a mail: the file gets its name when it is whole."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
        unfinished = self.folder / f".{name}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        unfinished.rename(self.folder / name)
