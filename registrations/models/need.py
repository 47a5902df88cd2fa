from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import User
from recovery_network.encryption import EncryptedTextField
from registrations.models.registration import Registration


class Need(models.Model):
    """What someone needs in order to take part: health data, so encrypted and deleted early (`domain.md` 5, 10)."""

    class Kind(models.TextChoices):
        DIET = "diet", _("food")
        ALLERGY = "allergy", _("allergies")
        WHEELCHAIR = "wheelchair", _("wheelchair or step-free way")
        HEARING_LOOP = "hearing_loop", _("hearing loop")
        SIGN_INTERPRETER = "sign_interpreter", _("sign-language interpreter")
        TEXT_INTERPRETER = "text_interpreter", _("text interpreter")
        COMPANION = "companion", _("someone who assists me")
        QUIET_ROOM = "quiet_room", _("quiet room")
        OTHER = "other", _("something else")

    class Status(models.TextChoices):
        REPORTED = "reported", _("reported")
        ARRANGED = "arranged", _("arranged")
        CANNOT_BE_MET = "cannot_be_met", _("can't be met")

    registration = models.ForeignKey(
        Registration,
        models.CASCADE,
        related_name="needs",
        verbose_name=_("registration"),
    )
    kind = EncryptedTextField(_("kind"), choices=Kind)
    note = EncryptedTextField(_("note"), blank=True)
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.REPORTED)
    answer = EncryptedTextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        permissions = [("see_needs", _("Can see what participants need"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(status="reported"),
                name="need_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Consent(models.Model):
    """That someone agreed to a text, in the version they saw."""

    class Purpose(models.TextChoices):
        TERMS = "terms", _("terms of registration")
        NEEDS = "needs", _("storing what I need")

    registration = models.ForeignKey(
        Registration,
        models.CASCADE,
        related_name="consents",
        verbose_name=_("registration"),
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    version = models.CharField(_("version of the text"), max_length=10)
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "purpose"], name="consent_once_per_purpose"
            )
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()
