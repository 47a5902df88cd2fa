from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from recovery_network import keys
from surveys.models.survey import Survey


class Invitation(models.Model):
    """That an address was asked to answer. In the confidential mode it knows whether, never what."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="invitations", verbose_name=_("survey")
    )
    key = models.CharField(max_length=32, unique=True, default=keys.secret_key, editable=False)
    opt_out_key = models.CharField(
        max_length=32, unique=True, default=keys.secret_key, editable=False
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="survey_invitations",
        verbose_name=_("member"),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Conference.Language,
        default=Conference.Language.BOKMAL,
    )
    answered = models.BooleanField(_("has answered"), default=False, editable=False)
    reminded = models.BooleanField(_("reminded"), default=False, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint("survey", Lower("email"), name="invitation_address_once")
        ]

    def __str__(self) -> str:
        return self.email


class Draft(models.Model):
    """What someone with a link of their own has written so far; gone when they send it."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="draft")
    sealed = models.BinaryField(_("what you have written so far"))

    class Meta:
        verbose_name = _("unfinished answer")
        verbose_name_plural = _("unfinished answers")

    def __str__(self) -> str:
        return str(self.invitation_id)


class OptOut(models.Model):
    """A scrambled address to which no survey is ever sent."""

    address_hash = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("address without surveys")
        verbose_name_plural = _("addresses without surveys")

    def __str__(self) -> str:
        return self.address_hash[:8]
