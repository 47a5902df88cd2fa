from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from network.validators import validate_plain_text


class ChoiceBlock(models.Model):
    """Sessions at the same time of which everyone takes one (`domain.md` 3)."""

    class Rule(models.TextChoices):
        MUST = "must", _("everyone chooses one")
        MAY = "may", _("those who want choose one")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="blocks", verbose_name=_("conference")
    )
    key = models.SlugField(_("key"), max_length=40, help_text=_("Short name used in forms."))
    title = models.CharField(_("title"), max_length=80, validators=[validate_plain_text])
    rule = models.CharField(_("who chooses"), max_length=4, choices=Rule, default=Rule.MUST)
    closes_at = models.DateTimeField(
        _("own choice until"),
        null=True,
        blank=True,
        help_text=_(
            "After this nobody changes workshop, and freed seats stay free. "
            "Empty means until the gathering starts."
        ),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("choice block")
        verbose_name_plural = _("choice blocks")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "key"],
                name="block_key_unique",
                violation_error_message=_("Another block of this conference has this key."),
            ),
            models.CheckConstraint(condition=Q(rule__in=["must", "may"]), name="block_rule_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_must(self) -> bool:
        return self.rule == self.Rule.MUST

    def open_until(self) -> datetime:
        """Until when people choose and change for themselves, and freed seats are passed on."""
        starts_at = self.conference.starts_at
        return min(self.closes_at, starts_at) if self.closes_at else starts_at
