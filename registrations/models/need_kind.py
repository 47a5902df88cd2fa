from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from recovery_network import keys
from registrations.models.need import Need

OWN = "own-"
# On which list, by the values of NeedKind.Sheet.
KNOWN_SHEETS = {
    Need.Kind.DIET: "kitchen",
    Need.Kind.ALLERGY: "kitchen",
    Need.Kind.SIGN_INTERPRETER: "interpreters",
    Need.Kind.TEXT_INTERPRETER: "interpreters",
}


class NeedKind(models.Model):
    """One of the needs that people can tick at one conference; where a conference has none, all known ones are.

    What people ticked is kept as its `value`, so that a kind can be renamed.
    """

    class Sheet(models.TextChoices):
        NONE = "", _("none")
        KITCHEN = "kitchen", _("the kitchen's")
        INTERPRETERS = "interpreters", _("the interpreters'")

    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="need_kinds",
        verbose_name=_("conference"),
    )
    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Need.Kind,
        blank=True,
        help_text=_("Empty means one of your own: write its name."),
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    sheet = models.CharField(
        _("goes on which list"),
        max_length=12,
        choices=Sheet,
        blank=True,
        default=Sheet.NONE,
        help_text=_("Only for your own kinds; the known ones have their list."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects: ClassVar[models.Manager["NeedKind"]] = models.Manager()

    class Meta:
        verbose_name = _("need that can be ticked")
        verbose_name_plural = _("needs that can be ticked (none here means all known ones)")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "kind"],
                condition=~Q(kind=""),
                name="need_kind_once",
                violation_error_message=_("This kind is in the list already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="") | Q(sheet=""),
                name="need_kind_known_has_its_list",
                violation_error_message=_("Only your own kinds can be put on a list."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def value(self) -> str:
        """What a need of this kind has as its kind."""
        return self.kind or f"{OWN}{self.key}"

    @property
    def label(self) -> str:
        return str(Need.Kind(self.kind).label) if self.kind else self.name

    @property
    def on_sheet(self) -> str:
        return KNOWN_SHEETS.get(Need.Kind(self.kind), "") if self.kind else self.sheet
