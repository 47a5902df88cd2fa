from typing import Any

from django.utils import timezone

from membership.models import ConsentRecord, JoinRequest, Membership
from network.models import Topic
from tests.factories.counting import numbers


def make_topic(**fields: Any) -> Topic:
    number = next(numbers)
    return Topic.objects.create(**{"key": f"tema-{number}", "name_nb": f"Tema {number}", **fields})


def make_membership(email: str = "", **fields: Any) -> Membership:
    """A person who is a member since now."""
    number = next(numbers)
    values: dict[str, Any] = {
        "kind": Membership.Kind.PERSON,
        "name": f"Medlem {number}",
        "email": email or f"medlem{number}@example.no",
        "admitted_at": timezone.now(),
    }
    return Membership.objects.create(**{**values, **fields})


def make_join_request(email: str = "", **fields: Any) -> JoinRequest:
    """A person's wish, agreed to and not confirmed."""
    number = next(numbers)
    values: dict[str, Any] = {
        "kind": Membership.Kind.PERSON,
        "name": f"Ny {number}",
        "email": email or f"ny{number}@example.no",
        "language": "nb",
        "agreed_to": [{"purpose": "membership", "version": "2026-11", "text": "Ja."}],
    }
    return JoinRequest.objects.create(**{**values, **fields})


def make_consent(**fields: Any) -> ConsentRecord:
    now = timezone.now()
    values: dict[str, Any] = {
        "purpose": "membership",
        "email": "kari@example.no",
        "about": "membership.membership:1",
        "version": "2026-11",
        "text": "Ja.",
        "language": "nb",
        "agreed_at": now,
        "confirmed_at": now,
    }
    return ConsentRecord.objects.create(**{**values, **fields})
