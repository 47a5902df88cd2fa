from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from network.validators import validate_plain_text


class VersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def newest(self) -> "VersionQuerySet":
        """Of each conference the one that readers see."""
        later = ProgrammeVersion.objects.filter(
            conference=models.OuterRef("conference"), number__gt=models.OuterRef("number")
        )
        return self.filter(~models.Exists(later))


class ProgrammeVersion(models.Model):
    """A programme as it was published; readers see the newest. The sessions' own rows are the draft.

    `snapshot` is made and read by programme.snapshots. Who contributes stands in it as numbers of
    speakers, never as names: a name that is corrected or taken away is so in every version.
    """

    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="programme_versions",
        verbose_name=_("conference"),
    )
    number = models.PositiveIntegerField(_("number"))
    note = models.CharField(
        _("what is new"), max_length=500, blank=True, validators=[validate_plain_text]
    )
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    snapshot: "models.JSONField[Any, Any]" = models.JSONField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a programme")
        verbose_name_plural = _("versions of programmes")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "number"], name="programme_version_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0), name="programme_version_number_positive"
            ),
        ]

    def __str__(self) -> str:
        return _("version %(number)d") % {"number": self.number}
