from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def in_force(self) -> "SuppressionQuerySet":
        return self.filter(lifted_at=None)


class Suppression(models.Model):
    """An address that gets no newsletter, because its mails bounced or its owner called one unwanted."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("the address takes no mail")
        COMPLAINT = "complaint", _("reported as unwanted")

    email = models.EmailField(_("e-mail"), max_length=254)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    detail = models.CharField(_("what the mail service said"), max_length=200, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("stopped address")
        verbose_name_plural = _("stopped addresses")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=Q(lifted_at=None), name="suppression_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_at__gte=F("since")),
                name="suppression_lifted_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | Q(lifted_at__isnull=False),
                name="suppression_lifter_needs_time",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def audit_text(self) -> str:
        """The log keeps no addresses."""
        return str(self.get_reason_display())
