"""The groups of staff and the least each of them needs (`domain.md` 1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHANGE = ("view", "add", "change", "delete")
LOOK = ("view",)
# What the network tells about itself.
PUBLICATIONS = {
    f"network.{model}": CHANGE
    for model in ("article", "resource", "resourceseries", "topic", "hub", "hubmember", "milestone")
}


@dataclass(frozen=True)
class Role:
    label: str | Promise
    does: str | Promise
    rights: Mapping[str, tuple[str, ...]]


ROLES: dict[str, Role] = {
    "organiser": Role(
        label=_("Organiser"),
        does=_(
            "Runs the conferences: programme, places, registrations, organisations and mails. "
            "Sees what participants need."
        ),
        rights={
            "conferences.conference": CHANGE,
            "conferences.conferenceorganiser": CHANGE,
            "conferences.venue": CHANGE,
            "conferences.room": CHANGE,
            "conferences.series": CHANGE,
            "conferences.joindetails": CHANGE,
            "conferences.ontheday": CHANGE,
            "conferences.publication": CHANGE,
            "programme.choiceblock": CHANGE,
            "programme.session": CHANGE,
            "programme.track": CHANGE,
            "programme.speaker": CHANGE,
            "programme.contribution": CHANGE,
            "programme.programmeversion": ("view", "add"),
            "programme.material": CHANGE,
            "programme.speakerinvitation": ("view", "add", "change", "see_speaker_needs"),
            "registrations.tier": CHANGE,
            "registrations.cancellationrule": CHANGE,
            "registrations.needkind": CHANGE,
            "registrations.booking": ("view", "change"),
            "registrations.registration": ("view", "change", "check_in"),
            "registrations.sessionseat": ("view", "change"),
            "registrations.need": ("view", "change", "see_needs"),
            "registrations.consent": LOOK,
            "registrations.message": ("view", "add", "change"),
            "network.organisation": CHANGE,
            "network.organisationalias": CHANGE,
            **PUBLICATIONS,
            "network.steeringseat": CHANGE,
            "membership.membership": CHANGE,
            "membership.joiningrules": ("view", "change"),
            "membership.consentrecord": LOOK,
            "newsletter.letter": ("view", "add", "change"),
            "newsletter.subscription": ("view", "change"),
            "newsletter.suppression": ("view", "change"),
            "mail.mail": ("view", "change"),
            "mail.wording": CHANGE,
            "surveys.survey": CHANGE,
            "audit.auditevent": LOOK,
        },
    ),
    "editor": Role(
        label=_("Editor"),
        does=_(
            "Writes news, newsletters, the library and about the conferences and their programmes. Sees no "
            "participants, and can't change places, dates or prices."
        ),
        rights={
            "conferences.conference": ("view", "change"),
            "conferences.venue": LOOK,
            "conferences.room": CHANGE,
            "conferences.series": LOOK,
            "conferences.publication": CHANGE,
            "programme.session": CHANGE,
            "programme.track": CHANGE,
            "programme.speaker": CHANGE,
            "programme.contribution": CHANGE,
            "programme.programmeversion": LOOK,
            "programme.material": CHANGE,
            "newsletter.letter": ("view", "add", "change"),
            **PUBLICATIONS,
        },
    ),
    "treasurer": Role(
        label=_("Treasurer"),
        does=_(
            "Sees who is registered, prices and invoice references, and may correct the latter. "
            "Doesn't see what participants need."
        ),
        rights={
            "conferences.conference": LOOK,
            "registrations.tier": LOOK,
            "registrations.cancellationrule": LOOK,
            "registrations.booking": ("view", "change"),
            "registrations.registration": LOOK,
            "network.organisation": ("view", "change"),
        },
    ),
    "doorkeeper": Role(
        label=_("Doorkeeper"),
        does=_(
            "Finds participants at the door and marks who has arrived. Sees name, organisation, "
            "code and state, nothing else."
        ),
        rights={
            "conferences.conference": LOOK,
            "registrations.registration": ("view", "check_in"),
        },
    ),
}


def permissions_of(role: Role) -> Q:
    """A right that holds an underscore is a codename of its own; others are Django's four verbs."""
    wanted = Q(pk__in=[])
    for model_label, verbs in role.rights.items():
        app_label, model = model_label.split(".")
        codenames = [verb if "_" in verb else f"{verb}_{model}" for verb in verbs]
        wanted |= Q(content_type__app_label=app_label, codename__in=codenames)
    return wanted


def sync() -> None:
    """Gives each group exactly its permissions; staff who need other ones get them one by one."""
    for name, role in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(permissions_of(role)))


def on_migrated(sender: AppConfig, **_kwargs: Any) -> None:
    """Django makes an app's permissions when that app is migrated, so only the last one has them all."""
    named = {label.split(".")[0] for role in ROLES.values() for label in role.rights}
    last = [config.label for config in apps.get_app_configs() if config.label in named][-1]
    if sender.label == last:
        sync()
