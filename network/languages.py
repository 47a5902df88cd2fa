from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """What a text is written in, or a person is written to in."""

    BOKMAL = "nb", _("Norwegian Bokmål")
    NYNORSK = "nn", _("Norwegian Nynorsk")
    DANISH = "da", _("Danish")
    ENGLISH = "en", _("English")
