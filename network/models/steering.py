from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network.models.organisation import Organisation
from network.validators import validate_plain_text


class SteeringSeatQuerySet(models.QuerySet["SteeringSeat"]):
    def on(self, day: date) -> "SteeringSeatQuerySet":
        """The seats whose term covers the day, in their order."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class SteeringSeat(models.Model):
    """An organisation's seat in the steering group for one term of office (`domain.md` 9)."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        MEMBER = "member", _("member")
        SECRETARY = "secretary", _("secretary")

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="steering_seats",
        verbose_name=_("organisation"),
    )
    person = models.CharField(
        _("represented by"), max_length=120, blank=True, validators=[validate_plain_text]
    )
    person_agreed = models.BooleanField(
        _("has agreed to be named on the site"),
        default=False,
        help_text=_("People are named only with their consent."),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    starts_on = models.DateField(_("term begins"))
    ends_on = models.DateField(
        _("term ends"),
        null=True,
        blank=True,
        help_text=_("The last day. Empty means until further notice."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = SteeringSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat in the steering group")
        verbose_name_plural = _("steering group")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="steering_seat_ends_after_start",
                violation_error_message=_("The term must end after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(person_agreed=False) | ~Q(person=""),
                name="steering_seat_consent_needs_person",
                violation_error_message=_("Write who has agreed to be named."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def clean(self) -> None:
        if self.organisation_id and self.organisation.merged_into_id:
            raise ValidationError(
                {"organisation": _("This organisation was merged into another. Choose that one.")}
            )

    @property
    def named_person(self) -> str:
        """Who may be shown to the public; empty without consent."""
        return self.person if self.person_agreed else ""
