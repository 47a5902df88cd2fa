from typing import Any

from django.contrib.auth.models import Group

from network.models import Organisation, User
from tests.factories.counting import numbers


def make_user(email: str = "", *, role: str = "", **fields: Any) -> User:
    """An account; with a role it is staff in that group."""
    email = email or f"person{next(numbers)}@example.no"
    user = User.objects.create_user(email, **{"is_staff": bool(role), **fields})
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    return Organisation.objects.create(name=name or f"Organisasjon {next(numbers)}", **fields)
