from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import Organisation, User
from network.validators import validate_plain_text
from registrations.models.tier import Tier


class LimitOverride(models.Model):
    """One organisation may have more places of one kind than others, for a written reason (`domain.md` 4)."""

    tier = models.ForeignKey(
        Tier, models.CASCADE, related_name="overrides", verbose_name=_("ticket type")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="limit_overrides",
        verbose_name=_("organisation"),
    )
    limit = models.PositiveIntegerField(_("limit"))
    reason = models.CharField(_("reason"), max_length=200, validators=[validate_plain_text])
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, verbose_name=_("decided by")
    )
    created_at = models.DateTimeField(_("decided"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("raised limit")
        verbose_name_plural = _("raised limits")
        ordering = ["tier", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "organisation"], name="limit_override_once_per_organisation"
            ),
            models.CheckConstraint(condition=Q(limit__gte=1), name="limit_override_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="limit_override_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.tier}: {self.limit}"

    def audit_text(self) -> str:
        return str(self)
