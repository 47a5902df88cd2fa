"""What members are written to about: one function per kind of mail. None says anything about health."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from membership.models import JoinRequest, Membership
from recovery_network import i18n
from recovery_network.mail import kinds, outbox
from recovery_network.mail.models import Mail

CONFIRM = "membership_confirm"
KNOWN = "membership_known"
WAITING = "membership_waiting"
WELCOME = "membership_welcome"
ENDED = "membership_ended"
DECLINED = "membership_declined"
MERGED = "membership_merged"


def declare() -> None:
    for name, label, placeholders in (
        (CONFIRM, _("Membership: confirm the address"), ("name", "confirm_url")),
        (KNOWN, _("Membership: is a member already"), ("name", "membership_url")),
        (WAITING, _("Membership: an organiser looks at it"), ("name", "membership_url")),
        (WELCOME, _("Membership: welcome"), ("name", "membership_url")),
        (ENDED, _("Membership: has left"), ("name",)),
        (DECLINED, _("Membership: declined"), ("name",)),
        (MERGED, _("Membership: made one with another"), ("name",)),
    ):
        kinds.register(kinds.Kind(name=name, label=label, placeholders=placeholders, sample=sample))


def confirm(request: JoinRequest) -> Mail | None:
    return outbox.queue(
        kind=CONFIRM,
        to=request.email,
        language=request.language,
        context={
            "name": request.name,
            "confirm_url": absolute("membership_confirm", request.key, request.language),
        },
        key=f"{CONFIRM}:{request.pk}",
        about=f"membership.joinrequest:{request.pk}",
    )


def known(request: JoinRequest, membership: Membership) -> Mail | None:
    """In place of `confirm`, to someone who is a member already."""
    return outbox.queue(
        kind=KNOWN,
        to=request.email,
        language=request.language,
        context=context(membership, language=request.language),
        key=f"{KNOWN}:{request.pk}",
        about=about(membership),
    )


def joined(membership: Membership) -> Mail | None:
    """Welcome, or that an organiser looks at it first."""
    return tell(WELCOME if membership.admitted_at else WAITING, membership, version="joined")


def admitted(membership: Membership) -> Mail | None:
    return tell(WELCOME, membership, version="admitted")


def ended(membership: Membership, *, declined: bool = False) -> Mail | None:
    return tell(DECLINED if declined else ENDED, membership, version="ended")


def merged(membership: Membership) -> Mail | None:
    """To the address that goes. It doesn't say which one stays: that may be a stranger's after all."""
    return tell(MERGED, membership, version="merged")


def tell(kind: str, membership: Membership, *, version: str) -> Mail | None:
    return outbox.queue(
        kind=kind,
        to=membership.email,
        language=membership.language,
        context=context(membership, language=membership.language),
        key=f"{kind}:{membership.pk}:{version}",
        about=about(membership),
    )


def withdraw(membership: Membership) -> None:
    """What waits in the outbox about a membership isn't sent."""
    outbox.withdraw(about=[about(membership)])


def about(membership: Membership) -> str:
    return f"membership.membership:{membership.pk}"


def context(membership: Membership, *, language: str) -> Mapping[str, Any]:
    organisation = membership.organisation
    return {
        "name": membership.name,
        "organisation": organisation.name
        if organisation and membership.kind == Membership.Kind.ORGANISATION
        else "",
        "membership_url": absolute("membership", membership.manage_key, language),
        "leave_url": absolute("membership_leave", membership.manage_key, language),
        "contact_url": absolute("contact", "", language),
    }


def absolute(name: str, key: str, language: str) -> str:
    with i18n.speaking(language):
        return f"{settings.SITE_URL}{reverse(name, args=[key] if key else [])}"


def sample() -> Mapping[str, Any]:
    """An invented member for previews and for the tests that read every mail in every language."""
    membership = Membership(
        pk=0,
        kind=Membership.Kind.PERSON,
        name="Kari Prøve",
        email="kari@example.no",
        manage_key="0" * 32,
        joined_at=datetime(2030, 1, 1, tzinfo=timezone.get_current_timezone()),
    )
    return {
        **context(membership, language="nb"),
        "confirm_url": absolute("membership_confirm", "1" * 32, "nb"),
    }
