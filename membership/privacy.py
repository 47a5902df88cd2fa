from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from membership.models import ConsentRecord, JoinRequest
from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road

MEMBER = _("To know who the members are, and to write to them.")
ASKED = _("To ask you whether it was you who wanted to join.")
CONSENT = _("To be able to show what you agreed to, and that you took it back.")
ORGANISERS = _("Organisers.")
NAMED = _("Organisers, and everyone where you have agreed to be named.")
NOBODY = _("Nobody; the system only.")

PERSONAL = (
    PersonalField("membership.Membership.name", MEMBER, NAMED, Clock.MEMBERSHIP),
    PersonalField("membership.Membership.email", MEMBER, ORGANISERS, Clock.MEMBERSHIP),
    PersonalField("membership.Membership.kind", MEMBER, ORGANISERS, Clock.MEMBERSHIP),
    PersonalField("membership.Membership.organisation", MEMBER, ORGANISERS, Clock.MEMBERSHIP),
    PersonalField("membership.Membership.organisation_kind", MEMBER, ORGANISERS, Clock.MEMBERSHIP),
    PersonalField("membership.Membership.language", MEMBER, ORGANISERS, Clock.MEMBERSHIP),
    PersonalField("membership.Membership.is_named", MEMBER, ORGANISERS, Clock.MEMBERSHIP),
    PersonalField("membership.Membership.joined_at", MEMBER, ORGANISERS, Clock.MEMBERSHIP),
    PersonalField("membership.Membership.admitted_at", MEMBER, ORGANISERS, Clock.MEMBERSHIP),
    PersonalField(
        "membership.Membership.manage_key",
        MEMBER,
        NOBODY,
        Clock.MEMBERSHIP,
        _("The secret part of your link"),
        secret=True,
    ),
    PersonalField("membership.JoinRequest.name", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("membership.JoinRequest.email", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("membership.JoinRequest.kind", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("membership.JoinRequest.organisation_name", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("membership.JoinRequest.organisation_kind", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("membership.JoinRequest.organisation_number", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("membership.JoinRequest.language", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("membership.JoinRequest.agreed_to", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField(
        "membership.JoinRequest.key",
        ASKED,
        NOBODY,
        Clock.CONFIRMATION,
        _("The key in the link we sent you"),
        secret=True,
    ),
    PersonalField("membership.ConsentRecord.purpose", CONSENT, ORGANISERS, Clock.CONSENT),
    PersonalField("membership.ConsentRecord.email", CONSENT, ORGANISERS, Clock.CONSENT),
    PersonalField("membership.ConsentRecord.version", CONSENT, ORGANISERS, Clock.CONSENT),
    PersonalField("membership.ConsentRecord.text", CONSENT, ORGANISERS, Clock.CONSENT),
    PersonalField("membership.ConsentRecord.language", CONSENT, ORGANISERS, Clock.CONSENT),
    PersonalField("membership.ConsentRecord.agreed_at", CONSENT, ORGANISERS, Clock.CONSENT),
    PersonalField("membership.ConsentRecord.confirmed_at", CONSENT, ORGANISERS, Clock.CONSENT),
    PersonalField("membership.ConsentRecord.withdrawn_at", CONSENT, ORGANISERS, Clock.CONSENT),
)
NOT_PERSONAL = {
    "membership.JoinRequest": ("asked_at",),
    "membership.ConsentRecord": ("about",),
    "membership.JoiningRules": "*",
}

ROADS = tuple(
    Road(f"membership.{model}", lambda person: person.owns("email"), also=also)
    for model, also in (
        ("Membership", ("interests",)),
        ("JoinRequest", ("interests", "asked_at")),
        ("ConsentRecord", ()),
    )
)


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    expired = {
        "wishes to join": JoinRequest.objects.filter(asked_at__lt=Clock.CONFIRMATION.cutoff(now)),
        "consents taken back": ConsentRecord.objects.filter(
            withdrawn_at__lt=Clock.CONSENT.cutoff(now)
        ),
    }
    with transaction.atomic():
        removed = {what: rows.count() for what, rows in expired.items()}
        if not dry_run:
            for rows in expired.values():
                rows.delete()
    return Receipt("membership", removed)
