"""The tables of Django and allauth, which have no privacy.py of their own."""

from datetime import datetime

from allauth.account.models import EmailConfirmation
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road

TITLE = _("Accounts and signing in")

SECOND_FACTOR = _("To make sure that it is you who signs in.")
ADDRESS = _("To know that the e-mail address of an account is yours.")
ADMIN_LOG = _("To see what staff changed when something went wrong.")
NOBODY = _("Nobody; the system only.")
TECHNICAL = _("Those who run the system.")

PERSONAL = (
    PersonalField(
        "account.EmailAddress.user", ADDRESS, TECHNICAL, Clock.ACCOUNT, _("Your account")
    ),
    PersonalField(
        "account.EmailAddress.email", ADDRESS, TECHNICAL, Clock.ACCOUNT, _("Your e-mail address")
    ),
    PersonalField(
        "account.EmailAddress.verified",
        ADDRESS,
        TECHNICAL,
        Clock.ACCOUNT,
        _("Whether you have confirmed it"),
    ),
    PersonalField(
        "account.EmailConfirmation.email_address",
        ADDRESS,
        NOBODY,
        Clock.CONFIRMATION,
        _("The address you are asked to confirm"),
    ),
    PersonalField(
        "account.EmailConfirmation.key",
        ADDRESS,
        NOBODY,
        Clock.CONFIRMATION,
        _("The key in the link we sent you"),
        secret=True,
    ),
    PersonalField(
        "mfa.Authenticator.user", SECOND_FACTOR, NOBODY, Clock.ACCOUNT, _("Your account")
    ),
    PersonalField(
        "mfa.Authenticator.data",
        SECOND_FACTOR,
        NOBODY,
        Clock.ACCOUNT,
        _("Your passkeys, your code app and your recovery codes"),
        secret=True,
    ),
    PersonalField(
        "mfa.Authenticator.last_used_at",
        SECOND_FACTOR,
        NOBODY,
        Clock.ACCOUNT,
        _("When you last used them"),
    ),
    PersonalField(
        "admin.LogEntry.user", ADMIN_LOG, TECHNICAL, Clock.ADMIN_LOG, _("Which member of staff")
    ),
    PersonalField(
        "admin.LogEntry.object_repr",
        ADMIN_LOG,
        TECHNICAL,
        Clock.ADMIN_LOG,
        _("The name of what was changed"),
    ),
    PersonalField(
        "admin.LogEntry.change_message",
        ADMIN_LOG,
        TECHNICAL,
        Clock.ADMIN_LOG,
        _("Which fields were changed"),
    ),
)
NOT_PERSONAL = {
    "account.EmailAddress": ("primary",),
    "account.EmailConfirmation": ("created", "sent"),
    "mfa.Authenticator": ("type", "created_at"),
    "admin.LogEntry": ("action_time", "content_type", "object_id", "action_flag"),
    "auth.Group": "*",
    "auth.Permission": "*",
    "contenttypes.ContentType": "*",
}

ROADS = (
    Road("account.EmailConfirmation", lambda person: person.is_account("email_address__user")),
    Road("account.EmailAddress", lambda person: person.is_account("user")),
    Road("mfa.Authenticator", lambda person: person.is_account("user"), also=("type",)),
    Road("admin.LogEntry", lambda person: person.is_account("user"), also=("action_time",)),
)


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    expired = {
        "address confirmations": EmailConfirmation.objects.filter(
            created__lt=Clock.CONFIRMATION.cutoff(now)
        ),
        "entries of the admin log": LogEntry.objects.filter(
            action_time__lt=Clock.ADMIN_LOG.cutoff(now)
        ),
    }
    with transaction.atomic():
        removed = {what: rows.count() for what, rows in expired.items()}
        if not dry_run:
            for rows in expired.values():
                rows.delete()
    return Receipt("privacy", removed)
