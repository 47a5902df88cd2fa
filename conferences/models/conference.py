from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conferences.models.series import Series
from network.models import Article, Organisation
from network.validators import validate_plain_text
from recovery_network import keys

ZONES = [
    ("Europe/Oslo", _("Norway (Europe/Oslo)")),
    ("Europe/Copenhagen", _("Denmark (Europe/Copenhagen)")),
]


def validate_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("This time zone does not exist."))


def validate_days(text: str) -> None:
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(part.isascii() and part.isdigit() and 0 < int(part) <= 90 for part in parts):
        raise ValidationError(
            _("Write whole days before the start with commas between, for instance 7, 1.")
        )


def hero_name(conference: "Conference", filename: str) -> str:
    """Our own name: what people call their files may say too much."""
    return f"conferences/{conference.key}-{keys.public_key()}.{filename.rsplit('.', 1)[-1].lower()[:4]}"


class Venue(models.Model):
    name = models.CharField(_("name"), max_length=120, validators=[validate_plain_text])
    street = models.CharField(_("street address"), max_length=160, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=80)
    country = models.CharField(
        _("country"),
        max_length=2,
        choices=Organisation.Country,
        default=Organisation.Country.NORWAY,
    )
    directions = models.TextField(
        _("how to get there"),
        blank=True,
        help_text=_("Train, bus, car, parking. Markdown."),
    )
    accessibility = models.TextField(
        _("accessibility"),
        blank=True,
        help_text=_("Step-free way in, hearing loop, quiet room. Markdown."),
    )
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"

    def address(self) -> str:
        town = f"{self.postcode} {self.city}".strip()
        return ", ".join(part for part in (self.street, town) if part)


class Room(models.Model):
    """A room of a venue that every gathering there may use, or one of a single gathering (a digital room)."""

    venue = models.ForeignKey(
        Venue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rooms",
        verbose_name=_("venue"),
    )
    conference = models.ForeignKey(
        "Conference",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rooms",
        verbose_name=_("conference"),
    )
    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    name = models.CharField(_("name"), max_length=80, validators=[validate_plain_text])
    capacity = models.PositiveIntegerField(
        _("people it holds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty means that it isn't known."),
    )
    accessibility = models.CharField(
        _("accessibility"),
        max_length=200,
        blank=True,
        help_text=_("For instance a hearing loop, step-free, the lift to the second floor."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(venue=None, conference__isnull=False)
                | Q(venue__isnull=False, conference=None),
                name="room_of_venue_or_conference",
                violation_error_message=_("A room belongs to a venue or to a conference."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0), name="room_capacity_positive"
            ),
            models.UniqueConstraint(
                "venue",
                Lower("name"),
                condition=Q(conference=None),
                name="room_name_unique_in_venue",
                violation_error_message=_("Another room of this venue has this name."),
            ),
            models.UniqueConstraint(
                "conference",
                Lower("name"),
                condition=Q(venue=None),
                name="room_name_unique_in_conference",
                violation_error_message=_("Another room of this conference has this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConferenceQuerySet(models.QuerySet["Conference"]):
    def public(self) -> "ConferenceQuerySet":
        return self.filter(published_at__lte=timezone.now(), archived_at=None)

    def upcoming(self) -> "ConferenceQuerySet":
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at")

    def revisions(self) -> "models.QuerySet[Conference, tuple[Any, ...]]":
        """What every page that shows several conferences stands on."""
        return self.order_by("pk").values_list("pk", "revision", "published_at", "archived_at")

    def held(self) -> "ConferenceQuerySet":
        return self.filter(ends_at__lte=timezone.now()).order_by("-starts_at")


class Conference(models.Model):
    """Any gathering people register for (`domain.md` 2)."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", _("annual conference")
        DIGITAL = "digital", _("digital gathering")
        THEME = "theme", _("theme meeting")
        COURSE = "course", _("course")
        WORKSHOP_DAY = "workshop_day", _("workshop day")

    class Format(models.TextChoices):
        IN_ROOM = "in_room", _("in the room")
        ONLINE = "online", _("digital")
        HYBRID = "hybrid", _("in the room and digital")

    class Language(models.TextChoices):
        BOKMAL = "nb", _("Norwegian Bokmål")
        NYNORSK = "nn", _("Norwegian Nynorsk")
        DANISH = "da", _("Danish")
        ENGLISH = "en", _("English")

    class State(models.TextChoices):
        """What follows from the dates and the organiser's decisions; never stored."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        OPEN = "open", _("registration open")
        CLOSED = "closed", _("registration closed")
        HELD = "held", _("held")
        CANCELLED = "cancelled", pgettext_lazy("gathering", "cancelled")
        ARCHIVED = "archived", _("archived")

    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        help_text=_("The last part of the address. Short, and the same every time it is shared."),
    )
    title = models.CharField(_("title"), max_length=160, validators=[validate_plain_text])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ANNUAL)
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.IN_ROOM)
    language = models.CharField(
        _("language of the texts"),
        max_length=2,
        choices=Language,
        default=Language.BOKMAL,
    )
    series = models.ForeignKey(
        Series,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="conferences",
        verbose_name=_("series"),
        help_text=_("The same gathering in several places. Each page leads to the others."),
    )
    summary = models.CharField(
        _("summary"),
        max_length=300,
        help_text=_("One or two sentences, shown in lists and when the page is shared."),
    )
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    theme_questions = models.TextField(
        _("questions of the theme"),
        blank=True,
        help_text=_("One question on each line."),
    )
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown."))
    target_group = models.TextField(_("who it is for"), blank=True)
    practical = models.TextField(_("practical information"), blank=True, help_text=_("Markdown."))
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        choices=ZONES,
        default="Europe/Oslo",
        validators=[validate_zone],
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, verbose_name=_("venue"))
    organisers = models.ManyToManyField(
        Organisation,
        through="ConferenceOrganiser",
        related_name="conferences",
        verbose_name=_("organisers"),
    )
    articles = models.ManyToManyField(
        Article,
        blank=True,
        related_name="conferences",
        verbose_name=_("news about it"),
        help_text=_("Each leads to the other."),
    )
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=30, blank=True)
    hero_image = models.ImageField(_("picture"), upload_to=hero_name, blank=True)
    hero_alt = models.CharField(
        _("what the picture shows"),
        max_length=300,
        blank=True,
        help_text=_("For those who can't see it."),
    )
    hero_caption = models.CharField(_("caption"), max_length=300, blank=True)
    hero_photographer = models.CharField(_("photographer"), max_length=120, blank=True)

    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty means no limit."),
    )
    published_at = models.DateTimeField(
        _("published from"),
        null=True,
        blank=True,
        help_text=_("Empty means a draft that only organisers see."),
    )
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(
        _("registration closes"),
        null=True,
        blank=True,
        help_text=_("Empty means when the gathering starts."),
    )
    closed_at = models.DateTimeField(
        _("closed by the organiser"),
        null=True,
        blank=True,
        help_text=_("Closes registration from this moment, whatever the dates say."),
    )
    cancelled_at = models.DateTimeField(
        pgettext_lazy("gathering", "cancelled"), null=True, blank=True
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    cancel_until = models.DateTimeField(
        _("own cancellation until"),
        null=True,
        blank=True,
        help_text=_("Empty means until the gathering starts."),
    )
    change_until = models.DateTimeField(
        _("own changes until"),
        null=True,
        blank=True,
        help_text=_(
            "Name, badge, address and needs. Empty means until the gathering starts. "
            "Choose the day the badges are printed and the food is ordered."
        ),
    )
    substitute_until = models.DateTimeField(
        _("handing over the place until"),
        null=True,
        blank=True,
        help_text=_("To a colleague, with the link. Empty means until the gathering starts."),
    )
    unnamed_until = models.DateTimeField(
        _("places without a name until"),
        null=True,
        blank=True,
        help_text=_(
            "Organisations may reserve places now and name people later, through a link. What has no name "
            "by then goes to the next in line, and costs nothing. Empty means that everyone is named at once."
        ),
    )
    no_show_fee = models.DecimalField(
        _("fee for not coming, in kr"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
        help_text=_(
            "On top of the price, for those who neither come nor cancel. Free places never cost "
            "anything. 0 means that there is no such fee."
        ),
    )
    reminder_days = models.CharField(
        _("reminders, days before"),
        max_length=40,
        blank=True,
        default="7, 1",
        validators=[validate_days],
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to accept an offered place"),
        default=48,
        help_text=_("0 means that the place is confirmed at once."),
    )
    approval_needed = models.BooleanField(
        _("registrations need approval"),
        default=False,
        help_text=_(
            "Whoever registers on the site gets a place only when an organiser approves it. Until "
            "then they take no place. Those whom organisers register are approved already."
        ),
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    # When the revision was raised last.
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("conference")
        verbose_name_plural = _("conferences")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="conference_ends_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=Q(registration_closes_at=None)
                | Q(registration_opens_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="conference_registration_closes_after_opening",
                violation_error_message=_("Registration must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(registration_closes_at=None)
                | Q(registration_closes_at__lte=F("ends_at")),
                name="conference_registration_closes_before_end",
                violation_error_message=_("Registration must close before the gathering ends."),
            ),
            models.CheckConstraint(
                condition=Q(unnamed_until=None) | Q(unnamed_until__lt=F("starts_at")),
                name="conference_everyone_named_before_start",
                violation_error_message=_("Everyone must be named before the gathering starts."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0),
                name="conference_capacity_positive",
            ),
            models.CheckConstraint(
                condition=Q(no_show_fee__gte=0), name="conference_no_show_fee_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(hero_image="") | ~Q(hero_alt=""),
                name="conference_picture_has_alt",
                violation_error_message=_(
                    "Say what the picture shows, for those who can't see it."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(format="online") | Q(venue=None),
                name="conference_online_has_no_venue",
                violation_error_message=_(
                    "A digital gathering has no venue. Choose the other format if people may also come there."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("conference_detail", args=[self.slug])

    def clean(self) -> None:
        if self.format != self.Format.ONLINE and self.venue_id is None and self.published_at:
            raise ValidationError(
                {"venue": _("A gathering in a room needs a venue before it is published.")}
            )

    def is_draft(self, now: datetime | None = None) -> bool:
        """Not published yet, so only staff may see it; also where it has been archived unpublished."""
        return self.published_at is None or self.published_at > (now or timezone.now())

    def is_called_off(self, now: datetime | None = None) -> bool:
        """Whether the organiser has cancelled it, published or not."""
        return self.cancelled_at is not None and self.cancelled_at <= (now or timezone.now())

    @property
    def has_digital_room(self) -> bool:
        """Whether one may take part from elsewhere."""
        return self.format != self.Format.IN_ROOM

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def told_at(self, now: datetime | None = None) -> datetime:
        """When what visitors see of it changed last, by hand or by the clock."""
        now = now or timezone.now()
        moments = (self.changed_at, self.published_at, self.cancelled_at)
        return max(moment for moment in moments if moment is not None and moment <= now)

    def questions(self) -> list[str]:
        return [line.strip() for line in self.theme_questions.splitlines() if line.strip()]

    def registration_ends_at(self) -> datetime:
        """When the window closes by itself: the organiser's date, else the start."""
        return self.registration_closes_at or self.starts_at

    def cancellable_until(self) -> datetime:
        return self.cancel_until or self.starts_at

    def changeable_until(self) -> datetime:
        return self.change_until or self.starts_at

    def substitutable_until(self) -> datetime:
        return self.substitute_until or self.starts_at

    def takes_unnamed(self, now: datetime | None = None) -> bool:
        """Whether an organisation may reserve places now and name the people later."""
        return self.unnamed_until is not None and (now or timezone.now()) < self.unnamed_until

    def nameable_until(self) -> datetime:
        """When a place must have a name; those reserved before the organiser allowed no more have until the start."""
        return self.unnamed_until or self.starts_at

    def reminder_times(self) -> list[datetime]:
        """The moments before the start when reminders go out, the earliest first."""
        days = sorted(
            {int(part) for part in self.reminder_days.split(",") if part.strip()},
            reverse=True,
        )
        return [self.starts_at - timedelta(days=day) for day in days]

    def state(self, now: datetime | None = None) -> State:
        now = now or timezone.now()
        if self.archived_at and self.archived_at <= now:
            return self.State.ARCHIVED
        if self.is_draft(now):
            return self.State.DRAFT
        if self.is_called_off(now):
            return self.State.CANCELLED
        if self.ends_at <= now:
            return self.State.HELD
        if (self.closed_at and self.closed_at <= now) or self.registration_ends_at() <= now:
            return self.State.CLOSED
        if self.registration_opens_at is None or self.registration_opens_at > now:
            return self.State.PUBLISHED
        return self.State.OPEN


class ConferenceOrganiser(models.Model):
    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="organiser_rows",
        verbose_name=_("conference"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="organiser_rows",
        verbose_name=_("organisation"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "organisation"], name="conference_organiser_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)
