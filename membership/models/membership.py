from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.languages import Language
from network.models import Organisation, Topic
from network.validators import validate_line
from recovery_network import keys


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        """Members, and not those whose joining an organiser has still to look at."""
        return self.filter(admitted_at__isnull=False)

    def waiting(self) -> "MembershipQuerySet":
        return self.filter(admitted_at=None)

    def named(self) -> "MembershipQuerySet":
        """People who have agreed to be named on the site."""
        return self.active().filter(kind=Membership.Kind.PERSON, is_named=True)


class Membership(models.Model):
    """A person's or an organisation's membership, confirmed by e-mail. Who leaves is deleted (`domain.md` 9)."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")

    manage_key = models.CharField(
        max_length=32, unique=True, default=keys.secret_key, editable=False
    )
    kind = models.CharField(_("joined as"), max_length=12, choices=Kind)
    name = models.CharField(
        _("name"),
        max_length=120,
        validators=[validate_line],
        help_text=_("Of the person, or of the organisation's contact person."),
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    organisation_kind = models.CharField(
        _("kind of organisation, as they said"),
        max_length=20,
        choices=Organisation.Kind,
        blank=True,
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.BOKMAL
    )
    interests = models.ManyToManyField(
        Topic, blank=True, related_name="memberships", verbose_name=_("interests")
    )
    is_named = models.BooleanField(
        _("may be named on the site"),
        default=False,
        help_text=_("People are named only with their consent."),
    )
    joined_at = models.DateTimeField(_("joined the network"), default=timezone.now, editable=False)
    admitted_at = models.DateTimeField(_("member since"), null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("members")
        ordering = ["-joined_at", "-pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), "kind", name="membership_once_per_address"),
            models.CheckConstraint(
                condition=Q(kind="person") | Q(kind="organisation", organisation__isnull=False),
                name="membership_of_organisation_has_one",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(email=""), name="membership_is_somebodys"
            ),
            models.CheckConstraint(
                condition=Q(is_named=False) | Q(kind="person"), name="membership_names_people_only"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The member's own page: whoever has this address may act for them."""
        return reverse("membership", args=[self.manage_key])

    def audit_text(self) -> str:
        """The log keeps no names of members."""
        return str(self.get_kind_display())

    def clean(self) -> None:
        if self.kind == self.Kind.ORGANISATION and self.organisation_id is None:
            raise ValidationError({"organisation": _("Choose the organisation.")})
        if self.organisation and self.organisation.merged_into_id:
            raise ValidationError(
                {"organisation": _("This organisation was merged into another. Choose that one.")}
            )
