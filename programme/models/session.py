import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Q
from django.db.models.deletion import Collector
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conferences.models import Conference, Room
from network.validators import validate_plain_text
from programme.models.block import ChoiceBlock
from programme.models.speaker import Speaker
from programme.models.track import Track


class DraftManager(models.Manager["Session"]):
    """Those that stand in the organisers' draft."""

    def get_queryset(self) -> models.QuerySet["Session"]:
        return super().get_queryset().filter(taken_out_at=None)


class Session(models.Model):
    """One item of a programme (`domain.md` 3).

    One that is taken out of the draft while readers still see it stays as a row, out of sight, until the
    programme is published without it: its materials are theirs until then.
    """

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("registration desk")
        OPENING = "opening", _("opening")
        TALK = "talk", _("talk")
        CONVERSATION = "conversation", _("conversation")
        DEBATE = "debate", _("debate")
        WORKSHOP = "workshop", _("workshop")
        MUSIC = "music", _("music")
        BREAK = "break", _("break")
        MEAL = "meal", _("meal")
        CLOSING = "closing", _("closing")

    # What its address ends with on the pages of the draft.
    address_suffix = ""

    # Time between the sessions, shown more quietly and without a page of its own.
    PAUSES = (Kind.BREAK, Kind.MEAL)

    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="sessions",
        verbose_name=_("conference"),
    )
    # What other systems know it by (calendars, schedules), whatever its address or its row.
    guid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(
        _("address"),
        max_length=80,
        help_text=_("The last part of the session's address."),
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.TALK)
    title = models.CharField(_("title"), max_length=200, validators=[validate_plain_text])
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Conference.Language,
        blank=True,
        help_text=_("What is spoken. Empty means the language of the conference's texts."),
    )
    abstract = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    content_note = models.CharField(
        _("content note"),
        max_length=200,
        blank=True,
        help_text=_("What may be hard to hear about, so that people can choose."),
    )
    room = models.ForeignKey(
        Room,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("room"),
    )
    location = models.CharField(
        _("place that is no room"),
        max_length=120,
        blank=True,
        help_text=_("For instance the foyer, or outside the main door."),
    )
    track = models.ForeignKey(
        Track,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("track"),
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    block = models.ForeignKey(
        ChoiceBlock,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("choice block"),
        help_text=_("For workshops of which everyone takes one."),
    )
    capacity = models.PositiveIntegerField(
        _("seats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("For workshops that people choose. Empty means no limit."),
    )
    repeats = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="repetitions",
        verbose_name=_("the same as"),
        help_text=_(
            "Where the same is offered several times: the first time. One may choose it once."
        ),
    )
    called_off_at = models.DateTimeField(
        pgettext_lazy("session", "called off"), null=True, editable=False
    )
    taken_out_at = models.DateTimeField(null=True, editable=False)
    speakers = models.ManyToManyField(
        Speaker,
        through="Contribution",
        related_name="sessions",
        verbose_name=_("contributors"),
    )

    objects = DraftManager()
    everything = models.Manager["Session"]()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "ends_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "key"],
                name="session_key_unique",
                violation_error_message=_("Another session of this conference has this address."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=Q(block=None) | Q(ends_at__isnull=False),
                name="session_in_block_has_end",
                violation_error_message=_(
                    "A workshop that people choose needs an end, so that two never overlap."
                ),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0), name="session_capacity_positive"
            ),
            models.CheckConstraint(
                condition=Q(repeats=None) | ~Q(repeats=F("pk")),
                name="session_repeats_another",
                violation_error_message=_("A session can't be the repetition of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        address = reverse("session_detail", args=[self.conference.slug, self.key])
        return f"{address}{self.address_suffix}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Out of the draft at once; for good unless readers have something that hangs on it.

        Raises ProtectedError or RestrictedError where people have chosen it.
        """
        if not self.materials.exists() or not self.is_published():
            return super().delete(*args, **kwargs)
        Collector(using=self._state.db or DEFAULT_DB_ALIAS).collect([self])
        gone, by_model = self.contributions.all().delete()
        self.repetitions.update(repeats=None)
        self.taken_out_at = timezone.now()
        self.block = self.repeats = self.room = self.track = None
        # Another session may have its address.
        self.key = f"tatt-ut-{self.pk}"
        self.save(update_fields=["taken_out_at", "block", "repeats", "room", "track", "key"])
        return gone + 1, {**by_model, self._meta.label: 1}

    def is_published(self) -> bool:
        """Whether readers see it in the newest version of its programme."""
        versions = self.conference.programme_versions.order_by("-number")
        newest = versions.values_list("snapshot", flat=True).first() or []
        return any(entry["id"] == self.pk for entry in newest)

    def spoken(self) -> str:
        """The code of the language that is spoken."""
        return self.language or self.conference.language

    def is_pause(self) -> bool:
        return self.kind in self.PAUSES

    def clean(self) -> None:
        if self.track is not None and self.track.conference_id != self.conference_id:
            raise ValidationError({"track": _("This track belongs to another conference.")})
        if self.room is not None and self.room.conference_id not in {None, self.conference_id}:
            raise ValidationError({"room": _("This room belongs to another conference.")})
        if self.block is not None and self.block.conference_id != self.conference_id:
            raise ValidationError({"block": _("This block belongs to another conference.")})
        if self.repeats is not None:
            self.check_repeats(self.repeats)

    def check_repeats(self, first: "Session") -> None:
        """One step is enough to tell what is the same: nothing repeats a repetition."""
        if first.conference_id != self.conference_id:
            raise ValidationError({"repeats": _("This session belongs to another conference.")})
        if first.repeats_id is not None or (self.pk and self.repetitions.exists()):
            raise ValidationError(
                {"repeats": _("Choose the first time it is offered, for every repetition.")}
            )

    @property
    def topic(self) -> int:
        """What is the same for all the times that one workshop is offered."""
        return self.repeats_id or self.pk

    def overlaps(self, other: "Session") -> bool:
        """Whether nobody can be at both; both have an end. One may begin the minute another ends."""
        assert self.ends_at is not None
        assert other.ends_at is not None
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def place(self) -> str:
        """Where it is: the room, with its venue where that isn't the conference's own, and what else is said."""
        room = ""
        if self.room is not None:
            elsewhere = self.room.venue_id not in {None, self.conference.venue_id}
            room = f"{self.room.name} ({self.room.venue})" if elsewhere else self.room.name
        return ", ".join(part for part in (room, self.location) if part)


class Contribution(models.Model):
    class Role(models.TextChoices):
        SPEAKER = "speaker", _("speaker")
        HOST = "host", _("programme host")
        PANELLIST = "panellist", _("panellist")
        CONVERSATION_PARTNER = "conversation_partner", _("in conversation")
        FACILITATOR = "facilitator", _("facilitator")

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="contributions", verbose_name=_("session")
    )
    speaker = models.ForeignKey(
        Speaker,
        models.PROTECT,
        related_name="contributions",
        verbose_name=_("contributor"),
    )
    role = models.CharField(_("role"), max_length=24, choices=Role, default=Role.SPEAKER)
    presented_as = models.CharField(
        _("presented as"),
        max_length=240,
        blank=True,
        help_text=_("Title and affiliation that day. Empty means as on the speaker."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "speaker", "role"], name="contribution_once")
        ]

    def __str__(self) -> str:
        return f"{self.speaker} ({self.get_role_display()})"

    def presentation(self) -> str:
        """Title and affiliation as they were that day."""
        speaker = self.speaker
        return self.presented_as or ", ".join(
            part for part in (speaker.title, speaker.affiliation) if part
        )
