from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from network.validators import validate_plain_text
from programme.models.invitation import SpeakerInvitation
from programme.models.session import Session
from recovery_network import keys
from recovery_network.uploads import name_of_ours, private_files


def material_name(material: "Material", filename: str) -> str:
    return name_of_ours("materials", filename.rpartition(".")[2])


class MaterialQuerySet(models.QuerySet["Material"]):
    def shown(self, now: datetime) -> "MaterialQuerySet":
        """Those an organiser has let through and whose time has come."""
        over = Q(session__ends_at__lte=now) | Q(
            session__ends_at=None, session__conference__ends_at__lte=now
        )
        return self.exclude(accepted_at=None).filter(~Q(moment=Material.Moment.AFTER) | over)


class Material(models.Model):
    """What belongs to a session: slides, a link, a recording, something to read.

    Whoever it is for, the file itself is private; a view hands it out.
    """

    class Kind(models.TextChoices):
        SLIDES = "slides", _("slides")
        LINK = "link", _("link")
        RECORDING = "recording", _("recording")
        TRANSCRIPT = "transcript", _("transcript")
        READING = "reading", _("something to read")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        REGISTERED = "registered", _("those registered")
        MEMBERS = "members", _("members")

    class Moment(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        AFTER = "after", _("when the session is over")

    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="materials", verbose_name=_("session")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SLIDES)
    title = models.CharField(_("title"), max_length=200, validators=[validate_plain_text])
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Conference.Language,
        default=Conference.Language.BOKMAL,
    )
    file = models.FileField(
        _("file"), upload_to=material_name, storage=private_files, max_length=120, blank=True
    )
    url = models.URLField(_("link"), max_length=1000, blank=True)
    transcript = models.TextField(
        _("in writing"),
        blank=True,
        help_text=_("What is said in a recording, for those who can't hear it. Markdown."),
    )
    audience = models.CharField(
        _("who may see it"), max_length=10, choices=Audience, default=Audience.EVERYONE
    )
    moment = models.CharField(_("from when"), max_length=10, choices=Moment, default=Moment.AT_ONCE)
    accepted_at = models.DateTimeField(
        _("let through"),
        null=True,
        blank=True,
        default=timezone.now,
        help_text=_("Empty means that only organisers see it."),
    )
    contributed_by = models.ForeignKey(
        SpeakerInvitation,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="slides",
        verbose_name=_("sent in by"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(file="") & Q(url=""))
                | (Q(file="") & ~Q(url=""))
                | (Q(file="", url="", kind="transcript") & ~Q(transcript="")),
                name="material_file_or_link",
                violation_error_message=_("Give a file or a link, and not both."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="recording") | ~Q(transcript=""),
                name="material_recording_has_transcript",
                violation_error_message=_(
                    "A recording needs its words in writing, for those who can't hear it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_for_everyone(self) -> bool:
        return self.audience == self.Audience.EVERYONE

    @property
    def ending(self) -> str:
        """ "PDF", "PPTX": so that nobody is surprised by a download."""
        return str(self.file.name).rpartition(".")[2].upper() if self.file else ""

    @property
    def size(self) -> int | None:
        """In bytes; None where there is no file, or it is gone."""
        try:
            return self.file.size if self.file else None
        except FileNotFoundError:
            return None
