"""Mails about accounts: what allauth would send at once is queued like every other mail."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from recovery_network.mail import kinds, outbox


@dataclass(frozen=True)
class Notice:
    """The words of one account mail; `link` is the key of the address in allauth's context."""

    subject: str | Promise
    sentence: str | Promise
    link: str = ""
    label: str | Promise = ""


CONFIRM = Notice(
    _("Confirm your e-mail address"),
    _("Someone, most likely you, gave this address for an account with us. Is that right?"),
    "activate_url",
    _("Yes, this is my address"),
)
RESET = Notice(
    _("Choose a new password"),
    _("Someone, most likely you, asked for a new password for this account."),
    "password_reset_url",
    _("Choose a new password"),
)
CHANGED_PASSWORD = Notice(_("Your password was changed"), _("Your password was changed."))
CHANGED = Notice(_("Your account was changed"), _("Something was changed in your account."))
# By the last part of allauth's template prefix; CHANGED serves for one that isn't here.
NOTICES = {
    "email_confirmation": CONFIRM,
    "email_confirmation_signup": CONFIRM,
    "password_reset_key": RESET,
    "password_reset": CHANGED_PASSWORD,
    "password_changed": CHANGED_PASSWORD,
    "password_set": Notice(
        _("Your account has a password"), _("A password was chosen for your account.")
    ),
    "account_already_exists": Notice(
        _("You have an account already"),
        _(
            "Someone, most likely you, tried to make an account with this address. It has one: just sign in."
        ),
    ),
    "unknown_account": Notice(
        _("There is no account with this address"),
        _(
            "Someone, most likely you, tried to sign in with this address. It has no account here. "
            "You need none to register for a conference."
        ),
    ),
    "email_changed": Notice(
        _("Your e-mail address was changed"), _("The address of your account was changed.")
    ),
    "email_confirm": Notice(
        _("Your e-mail address is confirmed"), _("Thank you. Your address is confirmed.")
    ),
    "email_deleted": Notice(
        _("An e-mail address was removed"), _("One of the addresses of your account was removed.")
    ),
    "totp_activated": Notice(_("A code app was added"), _("A code app was added to your account.")),
    "totp_deactivated": Notice(
        _("A code app was removed"), _("The code app of your account was removed.")
    ),
    "recovery_codes_generated": Notice(
        _("You have new recovery codes"),
        _("New recovery codes were made for your account. The old ones are void."),
    ),
    "webauthn_added": Notice(_("A passkey was added"), _("A passkey was added to your account.")),
    "webauthn_removed": Notice(
        _("A passkey was removed"), _("A passkey was removed from your account.")
    ),
}


class OutboxAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The mail half of allauth's account adapter; the other choices are made where accounts live."""

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        queue_account_mail(template_prefix.rpartition("/")[2], email, context)


def queue_account_mail(event: str, email: str, context: Mapping[str, Any]) -> None:
    """Queue the mail for one of allauth's events, in the language of the page it was asked for on."""
    notice = NOTICES.get(event, CHANGED)
    code = context.get("code", "")
    outbox.queue(
        kind="sign_in_code" if code else "account",
        to=email,
        language=get_language() or "nb",
        context={"code": code} if code else account_context(notice, context),
        # Each one is asked for anew, so no two are the same mail.
        key=f"account:{event}:{uuid.uuid4()}",
    )


def account_context(notice: Notice, context: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "account_subject": notice.subject,
        "sentence": notice.sentence,
        "link": context.get(notice.link, "") if notice.link else "",
        "label": notice.label,
    }


def sample_code() -> kinds.Context:
    return {"code": "123ABC"}


def sample_account() -> kinds.Context:
    return account_context(
        CONFIRM, {"activate_url": "https://example.org/konto/confirm-email/sample/"}
    )


def declare() -> None:
    kinds.register(kinds.Kind("sign_in_code", _("Sign-in code"), sample=sample_code, secret=True))
    kinds.register(kinds.Kind("account", _("Account"), sample=sample_account, secret=True))
