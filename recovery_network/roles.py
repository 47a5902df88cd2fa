"""The groups of staff and the least each of them needs (`domain.md` 1)."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

CHANGE = ("view", "add", "change", "delete")
LOOK = ("view",)

ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "organiser": {
        "conferences.conference": CHANGE,
        "conferences.conferenceorganiser": CHANGE,
        "conferences.venue": CHANGE,
        "programme.session": CHANGE,
        "programme.speaker": CHANGE,
        "programme.contribution": CHANGE,
        "registrations.tier": CHANGE,
        "registrations.booking": ("view", "change"),
        "registrations.registration": ("view", "change"),
        "registrations.need": ("view", "change", "see_needs"),
        "registrations.consent": LOOK,
        "network.organisation": CHANGE,
        "network.organisationalias": CHANGE,
        "mail.mail": ("view", "change"),
        "mail.wording": CHANGE,
        "audit.auditevent": LOOK,
    },
    "editor": {
        "conferences.conference": ("view", "change"),
        "conferences.venue": LOOK,
        "programme.session": CHANGE,
        "programme.speaker": CHANGE,
        "programme.contribution": CHANGE,
    },
    "treasurer": {
        "conferences.conference": LOOK,
        "registrations.tier": LOOK,
        "registrations.booking": ("view", "change"),
        "registrations.registration": LOOK,
        "network.organisation": ("view", "change"),
    },
    "doorkeeper": {
        "conferences.conference": LOOK,
        "registrations.registration": LOOK,
    },
}


def sync() -> None:
    """Gives each group exactly its permissions; staff who need other ones get them one by one."""
    for name, rights in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        wanted = Q(pk__in=[])
        for model_label, verbs in rights.items():
            app_label, model = model_label.split(".")
            codenames = [verb if "_" in verb else f"{verb}_{model}" for verb in verbs]
            wanted |= Q(content_type__app_label=app_label, codename__in=codenames)
        group.permissions.set(Permission.objects.filter(wanted))


def on_migrated(**_kwargs: Any) -> None:
    sync()
