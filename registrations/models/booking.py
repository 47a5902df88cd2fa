import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from network.models import Organisation
from network.validators import validate_plain_text
from recovery_network import keys


class Booking(models.Model):
    """What one contact person sends in: one organisation, one language, one or more people."""

    # A party is as many as fit on one page and round a few tables.
    MOST_PEOPLE = 30

    class Source(models.TextChoices):
        WEB = "web", _("website")
        ADMIN = "admin", _("organiser")

    conference = models.ForeignKey(
        Conference,
        models.PROTECT,
        related_name="bookings",
        verbose_name=_("conference"),
    )
    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    manage_key = models.CharField(
        max_length=32, unique=True, default=keys.secret_key, editable=False
    )
    code = models.CharField(
        _("code"), max_length=8, unique=True, default=keys.readable_code, editable=False
    )
    contact_name = models.CharField(
        _("contact person"), max_length=120, validators=[validate_plain_text]
    )
    contact_email = models.EmailField(_("contact e-mail"), max_length=254)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("organisation"),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Conference.Language,
        default=Conference.Language.BOKMAL,
    )
    invoice_reference = models.CharField(
        _("invoice reference"),
        max_length=60,
        blank=True,
        validators=[validate_plain_text],
    )
    together = models.BooleanField(
        _("all together"),
        default=False,
        help_text=_("They come all or not at all, instead of taking what places there are."),
    )
    # The key of the link for those invited that they came by, or empty.
    invitation = models.CharField(max_length=32, blank=True, editable=False)
    source = models.CharField(_("source"), max_length=5, choices=Source, default=Source.WEB)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        """The coordinator's page: whoever has this address may act for the whole party."""
        return reverse("party", args=[self.manage_key])


class Submission(models.Model):
    """One sending of the form, under the key that the form carried.

    It makes sending twice harmless, and lets the receipt page answer everyone alike: it tells what was
    typed and what a newcomer would get, whether or not a booking came of it. Deleted after a day.
    """

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")
        PENDING = "pending", _("awaiting approval")
        MIXED = "mixed", _("some confirmed, some on the waiting list")

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="submissions",
        verbose_name=_("conference"),
    )
    receipt_key = models.CharField(
        max_length=32, unique=True, default=keys.secret_key, editable=False
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), max_length=254)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    people = models.JSONField(_("people"), default=list, blank=True)
    tier = models.ForeignKey(
        "Tier",
        models.CASCADE,
        related_name="submissions",
        verbose_name=_("ticket type"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return str(self.key)

    @property
    def is_party(self) -> bool:
        """Whether others than the contact person come, or more than they."""
        return [each["name"] for each in self.people] not in ([], [self.name])
