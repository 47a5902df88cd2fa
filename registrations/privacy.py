from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.fields import Clock, Consequence, PersonalField, Receipt, Road
from recovery_network.privacy.person import Person
from registrations.actions import erasing
from registrations.models import (
    Booking,
    BulkChange,
    LimitOverride,
    Message,
    MessageText,
    Need,
    Registration,
    SessionSeat,
    Submission,
)
from registrations.queries import registrations_of

PLACE = _("To keep your place, to reach you about it and to know who comes.")
INVOICE = _("To send the invoice to the right place.")
WORKSHOPS = _("To keep your seats in the workshops you chose, and to know how many come to each.")
NEEDS = _("To make it possible for you to take part.")
CONSENT = _("To be able to show what you agreed to.")
RECEIPT = _("To show you what you sent, and so that sending twice makes one registration.")
ORGANISERS = _("Organisers.")
DOOR = _("Organisers and those at the door.")
MONEY = _("Organisers and the treasurer.")
WITH_PERMISSION = _("Only organisers with permission to see needs. It is logged.")
MESSAGE = _("To tell participants what they need to know, and to know afterwards what was told.")
UNDO = _("So that organisers can undo a mistake within a few minutes.")
NOBODY = _("Nobody; the system only.")

PERSONAL = (
    PersonalField("registrations.Booking.contact_name", PLACE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Booking.contact_email", PLACE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Booking.organisation", PLACE, DOOR, Clock.REGISTRATIONS),
    PersonalField("registrations.Booking.language", PLACE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Booking.code", PLACE, DOOR, Clock.REGISTRATIONS),
    PersonalField(
        "registrations.Booking.manage_key",
        PLACE,
        NOBODY,
        Clock.REGISTRATIONS,
        _("The secret part of the contact person's link"),
        secret=True,
    ),
    PersonalField(
        "registrations.Booking.invitation",
        PLACE,
        NOBODY,
        Clock.REGISTRATIONS,
        _("The secret part of the link you were invited by"),
        secret=True,
    ),
    PersonalField("registrations.Booking.together", PLACE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Booking.invoice_reference", INVOICE, MONEY, Clock.REGISTRATIONS),
    PersonalField("registrations.Registration.name", PLACE, DOOR, Clock.REGISTRATIONS),
    PersonalField(
        "registrations.Registration.name_key",
        PLACE,
        NOBODY,
        Clock.REGISTRATIONS,
        _("Your name in lower case, to find the same person twice"),
    ),
    PersonalField("registrations.Registration.badge_name", PLACE, DOOR, Clock.REGISTRATIONS),
    PersonalField("registrations.Registration.email", PLACE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Registration.tier", PLACE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Registration.price", INVOICE, MONEY, Clock.REGISTRATIONS),
    PersonalField(
        "registrations.Registration.cancellation_fee", INVOICE, MONEY, Clock.REGISTRATIONS
    ),
    PersonalField("registrations.Registration.state", PLACE, DOOR, Clock.REGISTRATIONS),
    PersonalField("registrations.Registration.checked_in_at", PLACE, DOOR, Clock.REGISTRATIONS),
    PersonalField("registrations.Registration.companion_of", PLACE, DOOR, Clock.REGISTRATIONS),
    PersonalField(
        "registrations.Registration.double_of",
        PLACE,
        ORGANISERS,
        Clock.WAITING_LIST,
        _("Where you were registered already"),
    ),
    PersonalField("registrations.Registration.code", PLACE, DOOR, Clock.REGISTRATIONS),
    PersonalField(
        "registrations.Registration.manage_key",
        PLACE,
        NOBODY,
        Clock.REGISTRATIONS,
        _("The secret part of your link"),
        secret=True,
    ),
    PersonalField(
        "registrations.Registration.offer_key",
        PLACE,
        NOBODY,
        Clock.WAITING_LIST,
        _("The secret part of the link to an offered place"),
        secret=True,
    ),
    *(
        PersonalField(f"registrations.Registration.{name}", PLACE, ORGANISERS, clock)
        for name, clock in (
            ("created_at", Clock.REGISTRATIONS),
            ("confirmed_at", Clock.REGISTRATIONS),
            ("cancelled_at", Clock.REGISTRATIONS),
            ("declined_at", Clock.WAITING_LIST),
            ("undo_until", Clock.REGISTRATIONS),
            ("waiting_since", Clock.WAITING_LIST),
            ("waiting_for", Clock.WAITING_LIST),
            ("ahead_since", Clock.WAITING_LIST),
            ("offer_expires_at", Clock.WAITING_LIST),
        )
    ),
    *(
        PersonalField(
            f"registrations.Handover.{name}",
            _("To take a place that was handed over out of the calendar of who had it first."),
            NOBODY,
            Clock.REGISTRATIONS,
        )
        for name in ("calendar_uid", "at")
    ),
    *(
        PersonalField(f"registrations.SessionSeat.{name}", WORKSHOPS, ORGANISERS, clock)
        for name, clock in (
            ("session", Clock.REGISTRATIONS),
            ("state", Clock.REGISTRATIONS),
            ("rank", Clock.WAITING_LIST),
            ("waiting_since", Clock.WAITING_LIST),
            ("created_at", Clock.REGISTRATIONS),
        )
    ),
    PersonalField("registrations.Need.kind", NEEDS, WITH_PERMISSION, Clock.NEEDS),
    PersonalField("registrations.Need.note", NEEDS, WITH_PERMISSION, Clock.NEEDS),
    PersonalField("registrations.Need.status", NEEDS, WITH_PERMISSION, Clock.NEEDS),
    PersonalField("registrations.Need.answer", NEEDS, WITH_PERMISSION, Clock.NEEDS),
    PersonalField("registrations.Need.answered_at", NEEDS, WITH_PERMISSION, Clock.NEEDS),
    PersonalField("registrations.Need.answered_by", NEEDS, WITH_PERMISSION, Clock.NEEDS),
    *(
        PersonalField(f"registrations.Consent.{name}", CONSENT, ORGANISERS, Clock.REGISTRATIONS)
        for name in ("purpose", "version", "given_at")
    ),
    PersonalField("registrations.BulkChange.done_by", UNDO, NOBODY, Clock.RECEIPTS),
    PersonalField("registrations.BulkChange.before", UNDO, NOBODY, Clock.RECEIPTS),
    PersonalField("registrations.LimitOverride.made_by", PLACE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.LimitOverride.reason", PLACE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Message.written_by", MESSAGE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Message.segment", MESSAGE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.Message.segment_text", MESSAGE, ORGANISERS, Clock.REGISTRATIONS),
    PersonalField("registrations.MessageText.subject", MESSAGE, ORGANISERS, Clock.MAIL),
    PersonalField("registrations.MessageText.body", MESSAGE, ORGANISERS, Clock.MAIL),
    *(
        PersonalField(f"registrations.Submission.{name}", RECEIPT, NOBODY, Clock.RECEIPTS)
        for name in ("name", "email", "organisation", "people", "tier", "outcome")
    ),
)
NOT_PERSONAL = {
    "registrations.Tier": "*",
    "registrations.CancellationRule": "*",
    "registrations.NeedKind": "*",
    "registrations.Move": "*",
    "registrations.Booking": ("conference", "key", "source", "created_at"),
    "registrations.Registration": ("booking", "conference", "sequence"),
    "registrations.Handover": ("registration", "sequence"),
    "registrations.SessionSeat": ("registration", "block"),
    "registrations.Need": ("registration",),
    "registrations.Consent": ("registration",),
    "registrations.BulkChange": ("action", "done_at", "undo_until", "undone_at"),
    "registrations.LimitOverride": ("tier", "organisation", "limit", "created_at"),
    "registrations.Message": (
        *("conference", "language", "state", "created_at", "sent_at", "addresses"),
    ),
    "registrations.MessageText": ("message", "language"),
    "registrations.Submission": ("key", "conference", "receipt_key", "created_at"),
}

OWED = _(
    "What an invoice needs for a place that is to be paid: the law on bookkeeping demands it. It goes 12 months "
    "after the gathering; issued invoices are kept by the organisers for five years."
)
DECIDED = _("What the organisers decided or told, without your name: others go by it.")


def own(prefix: str) -> Callable[[Person], Q]:
    return lambda person: Q(**{f"{prefix}__in": registrations_of(person).values("pk")})


ROADS = (
    *(
        Road(f"registrations.{model}", own("registration"), also=("registration",))
        for model in ("SessionSeat", "Consent", "Handover")
    ),
    Road(
        "registrations.Need",
        own("registration"),
        fields=("kind", "note", "status", "answer", "answered_at"),
        also=("registration",),
    ),
    Road(
        "registrations.Need",
        lambda person: person.is_account("answered_by"),
        fields=("answered_by",),
        blank={"answered_by": None},
    ),
    Road("registrations.Registration", own("pk"), also=("conference",)),
    Road(
        "registrations.Booking",
        lambda person: person.owns("contact_email"),
        keeps=("*",),
        why=OWED,
        also=("conference", "created_at"),
    ),
    Road("registrations.Submission", lambda person: person.owns("email"), also=("conference",)),
    Road("registrations.BulkChange", lambda person: person.is_account("done_by"), also=("action",)),
    Road(
        "registrations.LimitOverride",
        lambda person: person.is_account("made_by"),
        blank={"made_by": None},
        keeps=("reason",),
        why=DECIDED,
        also=("tier", "organisation"),
    ),
    Road(
        "registrations.MessageText",
        lambda person: person.is_account("message__written_by"),
        keeps=("*",),
        why=DECIDED,
    ),
    Road(
        "registrations.Message",
        lambda person: person.is_account("written_by"),
        blank={"written_by": None},
        keeps=("segment", "segment_text"),
        why=DECIDED,
        also=("conference",),
    ),
)


def foresee(person: Person, now: datetime) -> list[Consequence]:
    return erasing.foresee(person, now)


def release(person: Person, now: datetime) -> Decimal:
    return erasing.release(person, now)


NEVER_HAD_A_PLACE = frozenset(Registration.State) - {
    Registration.State.CONFIRMED,
    Registration.State.CANCELLED,
}


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    """Deletes by the clocks of `domain.md` 10; nothing of it can be had back."""
    expired: dict[str, QuerySet[Any]] = {
        "needs": Need.objects.filter(registration__conference__ends_at__lt=Clock.NEEDS.cutoff(now)),
        "receipts": Submission.objects.filter(created_at__lt=Clock.RECEIPTS.cutoff(now)),
        "lines for workshops": SessionSeat.objects.filter(
            state__in=[SessionSeat.State.WAITING, SessionSeat.State.WISHED],
            registration__conference__ends_at__lt=Clock.WAITING_LIST.cutoff(now),
        ),
        "waiting list": Registration.objects.filter(
            state__in=[*NEVER_HAD_A_PLACE],
            conference__ends_at__lt=Clock.WAITING_LIST.cutoff(now),
        ),
        "registrations": Registration.objects.filter(
            conference__ends_at__lt=Clock.REGISTRATIONS.cutoff(now)
        ),
        "bookings": Booking.objects.filter(registrations=None),
        "changes to undo": BulkChange.objects.filter(done_at__lt=Clock.RECEIPTS.cutoff(now)),
        "raised limits": LimitOverride.objects.filter(
            tier__conference__ends_at__lt=Clock.REGISTRATIONS.cutoff(now)
        ),
        "words of messages": MessageText.objects.filter(
            message__created_at__lt=Clock.MAIL.cutoff(now)
        ).exclude(message__state=Message.State.SENDING),
        "messages": Message.objects.filter(
            Q(conference__ends_at__lt=Clock.REGISTRATIONS.cutoff(now))
            | Q(state=Message.State.DRAFT, created_at__lt=Clock.MAIL.cutoff(now))
        ),
    }
    with transaction.atomic():
        removed = {}
        for what, rows in expired.items():
            removed[what] = rows.count()
            if not dry_run:
                rows.delete()
    return Receipt("registrations", removed)
