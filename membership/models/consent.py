from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.languages import Language


class ConsentRecord(models.Model):
    """That someone agreed to a text: its version, the very words, when, and when they took it back.

    It is written by verbs and never changed but for the time it was taken back. `about` names the row it
    let us keep ("membership.membership:5"), which may be gone since.
    """

    class Purpose(models.TextChoices):
        MEMBERSHIP = "membership", _("membership")
        NAMED = "named", _("being named on the site")
        NEWSLETTER = "newsletter", _("newsletter")

    purpose = models.CharField(_("what for"), max_length=12, choices=Purpose)
    email = models.EmailField(_("e-mail"), max_length=254, db_index=True)
    about = models.CharField(_("concerns"), max_length=120)
    version = models.CharField(_("version of the text"), max_length=10)
    text = models.TextField(_("words agreed to"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    agreed_at = models.DateTimeField(_("agreed"))
    confirmed_at = models.DateTimeField(_("confirmed by e-mail"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consent register")
        ordering = ["-confirmed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "about"],
                condition=Q(withdrawn_at=None),
                name="consent_record_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(version="") & ~Q(text="") & ~Q(email="") & ~Q(about=""),
                name="consent_record_says_to_what",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__gte=F("agreed_at")),
                name="consent_record_confirmed_after_agreed",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("confirmed_at")),
                name="consent_record_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.version})"
