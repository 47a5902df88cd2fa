import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from network.validators import fold, validate_plain_text
from recovery_network import keys
from registrations.models.booking import Booking
from registrations.models.tier import Tier


def person_key(name: str) -> str:
    """What the names of one person have in common, however they are typed."""
    return fold(name)[:160]


def calendar_uid(manage_key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, manage_key)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def holding(self) -> "RegistrationQuerySet":
        """Those that take up a place: confirmed, or offered and still within the deadline."""
        return self.filter(state__in=Registration.HOLDING)

    def active(self) -> "RegistrationQuerySet":
        """Those that have a place or may still get one."""
        return self.filter(state__in=Registration.ACTIVE)

    def confirmed(self) -> "RegistrationQuerySet":
        return self.filter(state=Registration.State.CONFIRMED)

    def attended(self) -> "RegistrationQuerySet":
        """Those who were there: surveys and certificates go by this."""
        return self.exclude(checked_in_at=None)

    def expected(self) -> "RegistrationQuerySet":
        """Those who have a place and haven't been marked as arrived."""
        return self.confirmed().filter(checked_in_at=None)

    def no_shows(self, now: datetime) -> "RegistrationQuerySet":
        """Those who had a place and didn't come, at gatherings that are over and kept a list at the door.

        It follows from the arrivals: where nobody was marked as arrived, nobody stayed away.
        """
        someone_came = Registration.objects.attended().filter(conference=OuterRef("conference"))
        return self.expected().filter(Exists(someone_came), conference__ends_at__lte=now)

    def awaiting_approval(self) -> "RegistrationQuerySet":
        """Those whom an organiser must answer; doubles too, or their answer would never come."""
        undecided = Q(confirmed_at=None, waiting_since=None, declined_at=None)
        State = Registration.State
        return self.filter(Q(state=State.PENDING) | Q(state=State.DOUBLE) & undecided)

    def unnamed(self) -> "RegistrationQuerySet":
        """Places that an organisation reserved and hasn't said for whom."""
        return self.filter(Registration.UNNAMED)

    def named(self) -> "RegistrationQuerySet":
        """Those of whom it is known who they are, and whoever accompanies somebody."""
        return self.exclude(Registration.UNNAMED)

    def in_line(self) -> "RegistrationQuerySet":
        """The waiting list: whom the organisers put first, then first come first."""
        return self.filter(state=Registration.State.WAITING).order_by(
            F("ahead_since").asc(nulls_last=True), "waiting_since", "pk"
        )


class Registration(models.Model):
    """One person's place, or wish for a place, at one conference (`domain.md` 5).

    Which of patient, relative, citizen or service user someone is stands nowhere: it would be health data.
    """

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")
        OFFERED = "offered", _("offered a place")
        LAPSED = "lapsed", _("offer lapsed")
        CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")
        PENDING = "pending", _("awaiting approval")
        DECLINED = "declined", _("not approved")
        DOUBLE = "double", _("registered in another booking")

    class Scarcity(models.TextChoices):
        CONFERENCE = "conference", _("the conference is full")
        TIER = "tier", _("this kind of place is full")
        ORGANISATION = "organisation", _("the organisation's places are taken")
        NO_ORGANISATION = (
            "no_organisation",
            _("the places without an organisation are taken"),
        )
        LINE = "line", _("those before in line come first")
        PARTY = "party", _("the party comes all together, and others in it wait")

    HOLDING = (State.CONFIRMED, State.OFFERED)
    # Those who have no place yet: what they chose in workshops is a wish until they have one.
    HOPING = (State.PENDING, State.WAITING)
    ACTIVE = (*HOLDING, *HOPING)
    STANDING = (*ACTIVE, State.DOUBLE)
    UNNAMED = Q(name="", companion_of=None)

    booking = models.ForeignKey(
        Booking, models.CASCADE, related_name="registrations", verbose_name=_("booking")
    )
    conference = models.ForeignKey(
        Conference,
        models.PROTECT,
        related_name="registrations",
        verbose_name=_("conference"),
    )
    tier = models.ForeignKey(
        Tier,
        models.PROTECT,
        related_name="registrations",
        verbose_name=_("ticket type"),
    )
    # Empty for a companion whom nobody has named, and for a place that is named later.
    name = models.CharField(_("name"), max_length=120, blank=True, validators=[validate_plain_text])
    name_key = models.CharField(max_length=160, editable=False)
    badge_name = models.CharField(
        _("name on the badge"),
        max_length=60,
        blank=True,
        validators=[validate_plain_text],
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    code = models.CharField(
        _("code"), max_length=8, unique=True, default=keys.readable_code, editable=False
    )
    companion_of = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        editable=False,
        related_name="companions",
        verbose_name=_("companion of"),
    )
    double_of = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        editable=False,
        related_name="doubles",
        verbose_name=_("registered already as"),
    )
    manage_key = models.CharField(
        max_length=32, unique=True, default=keys.secret_key, editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State, editable=False)
    price = models.DecimalField(
        _("price in kr"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        editable=False,
    )
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, editable=False)
    # When an organiser put someone first in line, for a reason that the log keeps.
    ahead_since = models.DateTimeField(_("first in line since"), null=True, editable=False)
    waiting_for = models.CharField(
        _("waits because"), max_length=16, choices=Scarcity, blank=True, editable=False
    )
    offer_key = models.CharField(max_length=32, unique=True, null=True, editable=False)
    offer_expires_at = models.DateTimeField(_("offer lapses"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    declined_at = models.DateTimeField(_("not approved at"), null=True, editable=False)
    checked_in_at = models.DateTimeField(_("arrived"), null=True, editable=False)
    cancellation_fee = models.DecimalField(
        _("what cancelling cost, in kr"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        editable=False,
    )
    undo_until = models.DateTimeField(_("may be taken back until"), null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["name", "pk"]
        permissions = [("check_in", _("Can mark participants as arrived"))]
        indexes = [
            models.Index(fields=["conference", "state", "tier"], name="registration_places"),
            models.Index(fields=["state", "offer_expires_at"], name="registration_offers"),
            models.Index(
                fields=["conference", "state"],
                condition=Q(name="", companion_of=None),
                name="registration_without_a_name",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "conference",
                Lower("email"),
                "name_key",
                condition=~Q(email="")
                & Q(state__in=["confirmed", "offered", "waiting", "pending"]),
                name="registration_person_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered")
                | Q(offer_key__isnull=False, offer_expires_at__isnull=False),
                name="registration_offer_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(waiting_since__isnull=False),
                name="registration_waiting_since",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="registration_confirmed_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False),
                name="registration_cancelled_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | Q(declined_at__isnull=False),
                name="registration_declined_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="pending")
                | Q(confirmed_at=None, waiting_since=None, declined_at=None),
                name="registration_undecided_while_pending",
            ),
            models.CheckConstraint(
                condition=Q(ahead_since=None) | Q(waiting_since__isnull=False),
                name="registration_ahead_in_line",
            ),
            models.CheckConstraint(
                condition=Q(checked_in_at=None) | Q(state="confirmed"),
                name="registration_arrived_with_place",
            ),
            models.CheckConstraint(
                condition=Q(companion_of__isnull=False)
                | ~Q(name="")
                | Q(email="", badge_name="", checked_in_at=None, double_of=None),
                name="registration_nobody_without_a_name",
            ),
            models.UniqueConstraint(
                fields=["companion_of"],
                condition=Q(state__in=["confirmed", "offered", "waiting", "pending"]),
                name="registration_one_companion",
            ),
            models.CheckConstraint(
                condition=Q(companion_of=None) | Q(price=0), name="registration_companion_is_free"
            ),
            models.CheckConstraint(
                condition=~Q(companion_of=F("pk")), name="registration_not_its_own_companion"
            ),
            models.CheckConstraint(
                condition=~Q(state="double") | Q(double_of__isnull=False),
                name="registration_double_of_another",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0), name="registration_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(cancellation_fee__gte=0, cancellation_fee__lte=F("price")),
                name="registration_cancelling_costs_at_most_the_price",
            ),
            models.CheckConstraint(
                condition=Q(undo_until=None) | Q(state="cancelled"),
                name="registration_taken_back_when_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(cancellation_fee=0) | Q(state="cancelled"),
                name="registration_fee_only_when_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    def save(self, **kwargs: Any) -> None:
        self.name_key = person_key(self.name)
        if kwargs.get("update_fields") is not None and "name" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_key"}
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return reverse("manage", args=[self.manage_key])

    @property
    def shown_name(self) -> str:
        if self.name:
            return self.name
        if self.companion_of is None:
            return gettext("no name yet")
        return gettext("companion of %(name)s") % {"name": self.companion_of.name}

    @property
    def is_unnamed(self) -> bool:
        """Whether an organisation reserved the place and hasn't said for whom."""
        return not self.name and self.companion_of_id is None

    @property
    def address(self) -> str:
        """Where mails about this place go: the person's own address, else the contact's."""
        return self.email or self.booking.contact_email

    @property
    def has_own_address(self) -> bool:
        """Whether mails reach the person themselves, and not through the contact person."""
        return bool(self.email) and self.email.lower() != self.booking.contact_email.lower()

    @property
    def shown_state(self) -> State:
        """What those who hold the booking are told. A double looks like the newcomer it was taken for.

        Otherwise whoever registers a party could learn which of them is registered already.
        """
        if self.state != self.State.DOUBLE:
            return self.State(self.state)
        if self.confirmed_at:
            return self.State.CONFIRMED
        if self.waiting_since:
            return self.State.WAITING
        return self.State.DECLINED if self.declined_at else self.State.PENDING

    def get_shown_state_display(self) -> str:
        return str(self.shown_state.label)

    @property
    def calendar_uid(self) -> uuid.UUID:
        """The person's entry in calendars: the same as long as they have the place, and never the secret."""
        return calendar_uid(self.manage_key)

    @property
    def is_own_contact(self) -> bool:
        """Whether the contact person of the booking is this person, who registered nobody else."""
        booking = self.booking
        own = (self.name, self.email) == (booking.contact_name, booking.contact_email)
        return own and booking.registrations.count() == 1

    @property
    def is_active(self) -> bool:
        return self.shown_state in self.ACTIVE

    def may_cancel(self, now: datetime) -> bool:
        """Whether the person may still cancel themselves; organisers always may."""
        stands = self.is_active and not self.conference.is_called_off(now)
        return stands and now < self.conference.cancellable_until()

    def may_name(self, now: datetime) -> bool:
        """Whether it can still be said who comes, where nobody has said it."""
        stands = self.is_active and not self.conference.is_called_off(now)
        return stands and self.is_unnamed and now < self.conference.nameable_until()

    def may_change(self, now: datetime) -> bool:
        stands = self.is_active and not self.conference.is_called_off(now)
        return stands and not self.is_unnamed and now < self.conference.changeable_until()

    def may_hand_over(self, now: datetime) -> bool:
        """To a colleague: where there is an organisation, and before the organiser's deadline."""
        stands = self.is_active and not self.conference.is_called_off(now)
        own = self.booking.organisation_id is not None and self.checked_in_at is None
        return (
            stands and own and not self.is_unnamed and now < self.conference.substitutable_until()
        )

    def may_take_back(self, now: datetime) -> bool:
        """Whether an own cancellation is young enough to be undone, if the place is still free."""
        conference = self.conference
        stands = not conference.is_called_off(now) and now < conference.starts_at
        if self.is_unnamed and now >= conference.nameable_until():
            return False
        return stands and self.undo_until is not None and now < self.undo_until

    def has_certificate(self, now: datetime | None = None) -> bool:
        """Whether there is a certificate of attendance: for those who were there, once it is over."""
        over = self.conference.ends_at <= (now or timezone.now())
        return self.checked_in_at is not None and over
