from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from membership.models.membership import Membership
from network.languages import Language
from network.models import Organisation, Topic
from network.validators import validate_line
from recovery_network import keys


class JoinRequest(models.Model):
    """What somebody typed to join, until the address is confirmed. It is written for everyone alike, also
    where the address belongs to a member already (ADR 2), and deleted after seven days."""

    key = models.CharField(max_length=32, unique=True, default=keys.secret_key, editable=False)
    kind = models.CharField(_("joins as"), max_length=12, choices=Membership.Kind)
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    email = models.EmailField(_("e-mail"), max_length=254, db_index=True)
    organisation_name = models.CharField(_("organisation"), max_length=160, blank=True)
    organisation_kind = models.CharField(
        _("kind of organisation"), max_length=20, choices=Organisation.Kind, blank=True
    )
    organisation_number = models.CharField(_("organisation number"), max_length=9, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    interests = models.ManyToManyField(
        Topic, blank=True, related_name="+", verbose_name=_("interests")
    )
    agreed_to = models.JSONField(_("agreed to"), default=list)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("wish to join")
        verbose_name_plural = _("wishes to join")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="person") | ~Q(organisation_name=""),
                name="join_request_names_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class JoiningRules(models.Model):
    """What the organisers decided about joining: one row at most."""

    class Approval(models.TextChoices):
        NOBODY = "nobody", _("nobody: who confirms the address is a member")
        ORGANISATIONS = "organisations", _("organisations")
        EVERYONE = "everyone", _("everyone")

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    approval = models.CharField(
        _("who is looked at by an organiser before they are a member"),
        max_length=14,
        choices=Approval,
        default=Approval.NOBODY,
    )

    class Meta:
        verbose_name = _("rules of joining")
        verbose_name_plural = _("rules of joining")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="joining_rules_only_once"),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> "JoiningRules":
        return cls.objects.first() or cls()

    def wants_look(self, kind: str) -> bool:
        """Whether an organiser approves who joins as `kind`."""
        if self.approval == self.Approval.ORGANISATIONS:
            return kind == Membership.Kind.ORGANISATION
        return self.approval == self.Approval.EVERYONE
