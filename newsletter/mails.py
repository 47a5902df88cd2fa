"""What is written to those who subscribe, besides the letters themselves."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsletter.models import SubscribeRequest, Subscription
from recovery_network import i18n
from recovery_network.mail import kinds, outbox
from recovery_network.mail.models import Mail

CONFIRM = "newsletter_confirm"
KNOWN = "newsletter_known"


def declare() -> None:
    for name, label, placeholder in (
        (CONFIRM, _("Newsletter: confirm the address"), "confirm_url"),
        (KNOWN, _("Newsletter: subscribes already"), "choices_url"),
    ):
        kinds.register(
            kinds.Kind(name=name, label=label, placeholders=(placeholder,), sample=sample)
        )


def confirm(request: SubscribeRequest) -> Mail | None:
    address = absolute("newsletter_confirm", request.key, request.language)
    return ask(CONFIRM, request, {"confirm_url": address})


def known(request: SubscribeRequest, subscription: Subscription) -> Mail | None:
    """In place of `confirm`, to someone who subscribes already."""
    return ask(KNOWN, request, links(subscription.key, request.language))


def ask(kind: str, request: SubscribeRequest, context: Mapping[str, Any]) -> Mail | None:
    return outbox.queue(
        kind=kind,
        to=request.email,
        language=request.language,
        context=context,
        key=f"{kind}:{request.pk}",
        about=f"newsletter.subscriberequest:{request.pk}",
    )


def links(key: str, language: str) -> dict[str, str]:
    return {
        "choices_url": absolute("newsletter_choices", key, language),
        "unsubscribe_url": absolute("newsletter_unsubscribe", key, language),
    }


def absolute(name: str, key: str, language: str) -> str:
    with i18n.speaking(language):
        return f"{settings.SITE_URL}{reverse(name, args=[key])}"


def sample() -> Mapping[str, Any]:
    return {
        "confirm_url": absolute("newsletter_confirm", "1" * 32, "nb"),
        **links("0" * 32, "nb"),
    }
