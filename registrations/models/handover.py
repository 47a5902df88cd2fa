from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registrations.models.registration import Registration


class Handover(models.Model):
    """That a place went from one person to another; who they were stands nowhere.

    The entry in the first person's calendar is kept, so that it can be taken back there. It is made from
    the secret of their link and can't be turned back into it, and so tells a dead link from a mistyped one.
    """

    registration = models.ForeignKey(
        Registration,
        models.CASCADE,
        related_name="handovers",
        verbose_name=_("registration"),
    )
    calendar_uid = models.UUIDField(_("entry in the calendar"), unique=True)
    sequence = models.PositiveIntegerField(_("version of the entry"))
    at = models.DateTimeField(_("handed over"), default=timezone.now)

    class Meta:
        verbose_name = _("handing over")
        verbose_name_plural = _("handings over")

    def __str__(self) -> str:
        return str(self.at)
