from django.db import models
from django.utils.translation import gettext_lazy as _

from conferences.models.conference import Conference
from network.validators import validate_plain_text


class OnTheDay(models.Model):
    """Whom one calls and where one finds quiet, told on the practical page.

    Names and numbers are blanked after the gathering, and none follow to next year's.
    """

    conference = models.OneToOneField(
        Conference,
        models.CASCADE,
        related_name="on_the_day",
        verbose_name=_("conference"),
    )
    contact_name = models.CharField(
        _("contact on the day"), max_length=120, blank=True, validators=[validate_plain_text]
    )
    contact_phone = models.CharField(
        _("their phone"), max_length=30, blank=True, validators=[validate_plain_text]
    )
    quiet_room = models.CharField(
        _("quiet room"),
        max_length=300,
        blank=True,
        validators=[validate_plain_text],
        help_text=_("Where it is, and that nobody asks why one is there."),
    )
    support_name = models.CharField(
        _("support person"),
        max_length=120,
        blank=True,
        validators=[validate_plain_text],
        help_text=_("Someone to talk to if the day becomes hard."),
    )
    support_phone = models.CharField(
        _("phone of the support person"),
        max_length=30,
        blank=True,
        validators=[validate_plain_text],
    )
    support_note = models.CharField(
        _("how one finds them"), max_length=300, blank=True, validators=[validate_plain_text]
    )
    emergency = models.TextField(
        _("in an emergency"),
        blank=True,
        help_text=_("Whom to call, and where the nearest help is. Markdown."),
    )

    class Meta:
        verbose_name = _("on the day")
        verbose_name_plural = _("on the day")

    def __str__(self) -> str:
        return str(self.conference)
