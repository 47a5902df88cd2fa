from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """Who did what to which row, and when.

    It has no foreign key, so what it tells of can be erased and the event stays. It names staff and
    rows, never participants.
    """

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    actor_label = models.CharField(_("done by"), max_length=150, blank=True)
    actor_id = models.BigIntegerField(_("account number"), null=True, blank=True)
    action = models.CharField(_("action"), max_length=100)
    conference_id = models.BigIntegerField(_("conference number"), null=True, blank=True)
    object_label = models.CharField(_("row"), max_length=120, blank=True)
    object_text = models.CharField(_("what it is"), max_length=200, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["object_label", "-at"], name="audit_object"),
            models.Index(fields=["conference_id", "-at"], name="audit_conference"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(action=""), name="audit_action_not_blank"),
            models.CheckConstraint(
                condition=models.Q(actor_id=None) | ~models.Q(actor_label=""),
                name="audit_known_actor_has_label",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}".strip()
