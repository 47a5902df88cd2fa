from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conferences.models.conference import Conference
from network.validators import validate_plain_text


class JoinDetails(models.Model):
    """How one joins a digital gathering: for those with a place, from a time the organiser sets.

    They stand in a table of their own, so that nothing which reads a conference (pages, feeds, exports,
    a copy for next year) comes near them.
    """

    conference = models.OneToOneField(
        Conference,
        models.CASCADE,
        related_name="join_details",
        verbose_name=_("conference"),
    )
    url = models.URLField(_("join link"), max_length=1000, blank=True)
    phone_number = models.CharField(
        _("phone number"),
        max_length=40,
        blank=True,
        validators=[validate_plain_text],
        help_text=_("For those who would rather call in."),
    )
    phone_code = models.CharField(
        _("code on the phone"), max_length=40, blank=True, validators=[validate_plain_text]
    )
    help_text = models.TextField(
        _("how to join"),
        blank=True,
        help_text=_("What to press, whether the camera may be off, whom to call. Markdown."),
    )
    hours_before = models.PositiveSmallIntegerField(
        _("hours before the start when it is told"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text=_(
            "From then on everyone with a place sees it and gets it by mail, also newcomers."
        ),
    )
    opens_minutes_before = models.PositiveSmallIntegerField(
        _("minutes before the start when the digital room opens"),
        default=15,
        validators=[MaxValueValidator(24 * 60)],
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("how to join digitally")
        verbose_name_plural = _("how to join digitally")
        constraints = [
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(phone_number=""),
                name="join_details_link_or_phone",
                violation_error_message=_("Give a join link, a phone number, or both."),
            ),
            models.CheckConstraint(
                condition=Q(hours_before__gte=1, hours_before__lte=24 * 60),
                name="join_details_hours_before",
            ),
            models.CheckConstraint(
                condition=Q(opens_minutes_before__lte=24 * 60),
                name="join_details_opens_before",
            ),
        ]

    def __str__(self) -> str:
        return str(self.conference)

    def told_from(self) -> datetime:
        return self.conference.starts_at - timedelta(hours=self.hours_before)

    def opens_at(self) -> datetime:
        return self.conference.starts_at - timedelta(minutes=self.opens_minutes_before)

    def may_be_told(self, now: datetime) -> bool:
        """Whether those with a place may see it now: not too early, and not once it is over or called off."""
        conference = self.conference
        in_time = self.told_from() <= now < conference.ends_at
        return in_time and conference.has_digital_room and not conference.is_called_off(now)
