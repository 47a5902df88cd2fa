import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from network.models import Organisation
from network.validators import validate_plain_text
from recovery_network import keys


class Booking(models.Model):
    """What one contact person sends in: one organisation, one language, one or more people."""

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
    source = models.CharField(_("source"), max_length=5, choices=Source, default=Source.WEB)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.key


class Submission(models.Model):
    """One sending of the form, under the key that the form carried.

    It makes sending twice harmless, and lets the receipt page answer everyone alike: it tells what was
    typed and what a newcomer would get, whether or not a booking came of it. Deleted after a day.
    """

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")

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
