from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from network.validators import validate_plain_text
from recovery_network import keys


def picture_name(speaker: "Speaker", filename: str) -> str:
    return f"speakers/{speaker.key}-{keys.public_key()}.{filename.rsplit('.', 1)[-1].lower()[:4]}"


class Speaker(models.Model):
    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    name = models.CharField(_("name"), max_length=120, validators=[validate_plain_text])
    title = models.CharField(
        _("title"), max_length=120, blank=True, help_text=_("For instance professor.")
    )
    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
    biography = models.TextField(_("biography"), blank=True, help_text=_("Markdown."))
    picture = models.ImageField(_("picture"), upload_to=picture_name, blank=True)
    picture_alt = models.CharField(_("what the picture shows"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(picture="") | ~Q(picture_alt=""),
                name="speaker_picture_has_alt",
                violation_error_message=_(
                    "Say what the picture shows, for those who can't see it."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """One item of a programme (`domain.md` 3)."""

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

    # Time between the sessions, shown more quietly and without a page of its own.
    PAUSES = (Kind.BREAK, Kind.MEAL)

    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="sessions",
        verbose_name=_("conference"),
    )
    key = models.SlugField(
        _("address"),
        max_length=80,
        help_text=_("The last part of the session's address."),
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.TALK)
    title = models.CharField(_("title"), max_length=200, validators=[validate_plain_text])
    abstract = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    content_note = models.CharField(
        _("content note"),
        max_length=200,
        blank=True,
        help_text=_("What may be hard to hear about, so that people can choose."),
    )
    location = models.CharField(_("room"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    speakers = models.ManyToManyField(
        Speaker,
        through="Contribution",
        related_name="sessions",
        verbose_name=_("contributors"),
    )

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
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("session_detail", args=[self.conference.slug, self.key])

    def is_pause(self) -> bool:
        return self.kind in self.PAUSES


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
