from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conferences.models import Conference
from network.validators import validate_plain_text
from programme.models.session import Session
from programme.models.speaker import Speaker
from recovery_network import keys
from recovery_network.encryption import EncryptedTextField
from recovery_network.uploads import name_of_ours, private_files

# The link of a contributor works a little longer than the gathering: slides come late.
LINK_OUTLIVES = timedelta(days=14)


def proposed_picture_name(invitation: "SpeakerInvitation", filename: str) -> str:
    return name_of_ours("portraits", "jpg")


class SpeakerInvitation(models.Model):
    """That someone is asked to contribute to a gathering, what they answered, and what they gave us.

    What they write about themselves stands here until an organiser lets it through to the speaker, which is
    public. The key opens their page without an account; without one the link is taken back.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        CONFIRMED = "confirmed", pgettext_lazy("contributor", "confirmed")
        DECLINED = "declined", pgettext_lazy("contributor", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("contributor", "withdrawn")

    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="speaker_invitations",
        verbose_name=_("conference"),
    )
    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="invitations", verbose_name=_("speaker")
    )
    key = models.CharField(
        max_length=32, unique=True, null=True, default=keys.secret_key, editable=False
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Conference.Language,
        default=Conference.Language.BOKMAL,
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.INVITED, editable=False
    )
    message = models.TextField(_("your own words"), blank=True)
    wants_slides = models.BooleanField(_("asks for slides"), default=True)
    answer_by = models.DateTimeField(_("answer before"))
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answer_note = models.TextField(_("what they wrote"), blank=True)

    title = models.CharField(
        _("title"), max_length=120, blank=True, validators=[validate_plain_text]
    )
    affiliation = models.CharField(
        _("affiliation"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    biography = models.TextField(_("biography"), blank=True)
    picture = models.ImageField(
        _("picture"),
        upload_to=proposed_picture_name,
        storage=private_files,
        max_length=120,
        blank=True,
    )
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=300,
        blank=True,
        validators=[validate_plain_text],
    )
    picture_consent = models.BooleanField(_("the picture may be shown"), null=True)
    recording_consent = models.BooleanField(_("the session may be recorded"), null=True)
    consented_at = models.DateTimeField(_("agreed"), null=True, editable=False)
    profile_given_at = models.DateTimeField(_("profile given"), null=True, editable=False)
    profile_waits = models.BooleanField(_("profile waits for you"), default=False, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("invitation to contribute")
        verbose_name_plural = _("invitations to contribute")
        ordering = ["speaker__name", "pk"]
        permissions = [("see_speaker_needs", _("Can see what contributors need"))]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "speaker"], name="speaker_invitation_once"
            ),
            models.CheckConstraint(
                condition=Q(state="invited") | Q(answered_at__isnull=False),
                name="speaker_invitation_answered_at",
            ),
            models.CheckConstraint(
                condition=Q(picture="")
                # Not answered is not yes: NULL alone would let the row through.
                | (~Q(picture_alt="") & Q(picture_consent__isnull=False, picture_consent=True)),
                name="speaker_invitation_picture_agreed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.speaker)

    def get_absolute_url(self) -> str:
        return reverse("portal", args=[self.key])

    def link_works(self, now: datetime) -> bool:
        conference = self.conference
        alive = now < conference.ends_at + LINK_OUTLIVES and not conference.is_called_off(now)
        return self.key is not None and alive

    @property
    def takes_part(self) -> bool:
        return self.state == self.State.CONFIRMED

    @property
    def may_say_yes(self) -> bool:
        return self.state in {self.State.INVITED, self.State.DECLINED}


class TalkProposal(models.Model):
    """What a contributor says of one of their sessions, until an organiser lets it into the draft."""

    invitation = models.ForeignKey(
        SpeakerInvitation,
        models.CASCADE,
        related_name="talks",
        verbose_name=_("invitation to contribute"),
    )
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="proposals", verbose_name=_("session")
    )
    title = models.CharField(
        _("title"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    abstract = models.TextField(_("description"), blank=True)
    content_note = models.CharField(
        _("content note"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    equipment = models.CharField(
        _("what you need on stage"), max_length=300, blank=True, validators=[validate_plain_text]
    )
    waits = models.BooleanField(_("waits for you"), default=True, editable=False)
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("proposal for a session")
        verbose_name_plural = _("proposals for sessions")
        ordering = ["session__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "session"], name="talk_proposal_once")
        ]

    def __str__(self) -> str:
        return self.title or str(self.session)


class SpeakerNeed(models.Model):
    """What a contributor needs in order to take part: may be health data, so encrypted and deleted early."""

    class Status(models.TextChoices):
        REPORTED = "reported", _("reported")
        ARRANGED = "arranged", _("arranged")
        CANNOT_BE_MET = "cannot_be_met", _("can't be met")

    invitation = models.OneToOneField(
        SpeakerInvitation,
        models.CASCADE,
        related_name="need",
        verbose_name=_("invitation to contribute"),
    )
    note = EncryptedTextField(_("note"))
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.REPORTED)

    class Meta:
        verbose_name = _("need of a contributor")
        verbose_name_plural = _("needs of contributors")

    def __str__(self) -> str:
        return str(self.invitation)
