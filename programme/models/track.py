from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from network.validators import validate_plain_text
from recovery_network import keys


class Track(models.Model):
    """A thread that runs through a programme: sessions that belong together."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="tracks", verbose_name=_("conference")
    )
    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    name = models.CharField(_("name"), max_length=80, validators=[validate_plain_text])
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "conference",
                Lower("name"),
                name="track_name_unique",
                violation_error_message=_("Another track of this conference has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
