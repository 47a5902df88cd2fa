from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import User


class BulkChange(models.Model):
    """What one organiser did to many registrations at once, and how they stood before, so that it can be undone.

    `before` holds numbers, states and times by registration, never names; it is deleted after a day.
    """

    class Action(models.TextChoices):
        CONFIRM = "confirm_places", _("confirmed")
        CANCEL = "cancel_places", _("cancelled")
        MOVE = "move_places", _("moved")
        APPROVE = "approve_places", _("approved")
        DECLINE = "decline_places", _("not approved")

    action = models.CharField(_("action"), max_length=20, choices=Action)
    done_by = models.ForeignKey(User, models.CASCADE, verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done"), default=timezone.now)
    undo_until = models.DateTimeField(_("can be undone until"))
    undone_at = models.DateTimeField(_("undone"), null=True)
    before = models.JSONField(_("how they stood"), default=dict)

    class Meta:
        verbose_name = _("change of many registrations")
        verbose_name_plural = _("changes of many registrations")
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undo_until__gt=F("done_at")), name="bulk_change_can_be_undone"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__lte=F("undo_until")),
                name="bulk_change_undone_in_time",
            ),
        ]

    def __str__(self) -> str:
        return self.get_action_display()

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.undo_until
