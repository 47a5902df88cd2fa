from django.db import models
from django.utils.translation import gettext_lazy as _

from network.validators import validate_plain_text


class Series(models.Model):
    """The same gathering in several places or years; each page leads to the others."""

    title = models.CharField(_("title"), max_length=160, validators=[validate_plain_text])

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title
