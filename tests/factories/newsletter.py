from typing import Any

from newsletter.actions.writing import Content, write_letter
from newsletter.models import Letter, SubscribeRequest, Subscription
from tests.factories.counting import numbers
from tests.factories.network import make_user


def make_subscription(email: str = "", **fields: Any) -> Subscription:
    email = email or f"leser{next(numbers)}@example.no"
    return Subscription.objects.create(email=email, **fields)


def make_subscribe_request(email: str = "", **fields: Any) -> SubscribeRequest:
    values: dict[str, Any] = {
        "email": email or f"ny{next(numbers)}@example.no",
        "language": "nb",
        "agreed_to": [{"purpose": "newsletter", "version": "2026-11", "text": "Ja."}],
    }
    return SubscribeRequest.objects.create(**{**values, **fields})


def make_letter(**content: Any) -> Letter:
    """A draft in Bokmål to everyone."""
    values: dict[str, Any] = {"texts": {"nb": ("Nytt fra oss", "Hei, **alle**.")}}
    return write_letter(content=Content(**{**values, **content}), by=make_user(role="editor"))
