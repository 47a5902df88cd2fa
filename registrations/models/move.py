from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conferences import calendars
from conferences.models import Conference, Venue


class Move(models.Model):
    """That a gathering got another time or place, and whether those registered have been told.

    It keeps what they were told last, so that several edits become one mail, and none where all is as before.
    """

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="moves", verbose_name=_("conference")
    )
    starts_at = models.DateTimeField(_("started"))
    ends_at = models.DateTimeField(_("ended"))
    time_zone = models.CharField(_("time zone"), max_length=40)
    format = models.CharField(_("format"), max_length=10, choices=Conference.Format)
    venue = models.ForeignKey(
        Venue, models.SET_NULL, null=True, related_name="+", verbose_name=_("venue")
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    told_at = models.DateTimeField(_("told"), null=True)

    FACTS = ("starts_at", "ends_at", "time_zone", "format", "venue_id")

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        constraints = [
            models.UniqueConstraint(
                fields=["conference"], condition=Q(told_at=None), name="move_one_untold"
            )
        ]

    def __str__(self) -> str:
        return str(self.changed_at)

    def undone_by(self, conference: Conference) -> bool:
        """Whether the gathering is where and when it was before."""
        return facts_of(conference) == facts_of(self)

    def place_line(self) -> str:
        before = Conference(format=self.format, venue=self.venue)
        return calendars.place(before)


def facts_of(row: Conference | Move) -> dict[str, object]:
    """To the second: forms know no finer time, so saving unseen moves nothing."""
    facts = {name: getattr(row, name) for name in Move.FACTS}
    return {
        name: fact.replace(microsecond=0) if isinstance(fact, datetime) else fact
        for name, fact in facts.items()
    }
