from django.db import models
from django.utils.translation import gettext_lazy as _

from conferences.models.conference import Conference
from network.validators import validate_plain_text


class Publication(models.Model):
    """Something to read that belongs to a gathering, shown on its page."""

    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="publications",
        verbose_name=_("conference"),
    )
    title = models.CharField(_("title"), max_length=200, validators=[validate_plain_text])
    note = models.CharField(
        _("what it is"), max_length=300, blank=True, validators=[validate_plain_text]
    )
    url = models.URLField(_("link"), max_length=1000, blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Conference.Language,
        default=Conference.Language.BOKMAL,
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
