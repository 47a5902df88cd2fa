"""Wishes that wait for their address to be confirmed: to join, or to read the newsletter."""

from datetime import timedelta
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

# Nobody's mailbox is filled by others: so many mails an hour to one address, whoever asks for them.
MOST_AN_HOUR = 3
VALID = timedelta(days=7)
Wish = TypeVar("Wish", bound=models.Model)


def has_mails_enough(wishes: "models.QuerySet[Any]", email: str) -> bool:
    """Whether the address (lower case) has got all the mails of this hour."""
    hour_ago = timezone.now() - timedelta(hours=1)
    return wishes.filter(email=email, asked_at__gt=hour_ago).count() >= MOST_AN_HOUR


def still_open(wishes: "models.QuerySet[Wish]", key: str) -> Wish | None:
    """The wish that a confirmation link belongs to; None where it is used, too old or invented."""
    return wishes.filter(key=key, asked_at__gt=timezone.now() - VALID).first()
