from datetime import datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference

NOTHING = Decimal(0)
WHOLE_KRONER = Decimal(1)
MOST_DAYS = 365


class CancellationRule(models.Model):
    """What it costs to cancel from some day before the start on, until the next rule takes over.

    Days are counted from the start, so that the table holds for a copy of the conference too. Before the
    first rule cancelling is free, so the table has no gaps.
    """

    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        related_name="cancellation_rules",
        verbose_name=_("conference"),
    )
    days_before = models.PositiveSmallIntegerField(
        _("from this many days before"),
        validators=[MaxValueValidator(MOST_DAYS)],
        help_text=_("0 is the day it starts. The rule holds from midnight."),
    )
    percent = models.DecimalField(
        _("percent of the price"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
        help_text=_("Rounded down to whole kroner."),
    )
    amount = models.DecimalField(
        _("or a sum in kr"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Never more than the place costs."),
    )

    class Meta:
        verbose_name = _("what cancelling costs")
        verbose_name_plural = _("what cancelling costs")
        ordering = ["-days_before"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "days_before"],
                name="cancellation_rule_once_per_day",
                violation_error_message=_("Two rules begin on the same day."),
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=False, amount=None)
                | Q(percent=None, amount__isnull=False),
                name="cancellation_rule_percent_or_sum",
                violation_error_message=_("Write either a percentage or a sum."),
            ),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gt=0, percent__lte=100),
                name="cancellation_rule_percent_in_range",
                violation_error_message=_("Write a percentage above 0 and up to 100."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0),
                name="cancellation_rule_sum_positive",
                violation_error_message=_("Write a sum above 0."),
            ),
            models.CheckConstraint(
                condition=Q(days_before__lte=MOST_DAYS),
                name="cancellation_rule_within_a_year",
                violation_error_message=_("Write at most 365 days."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.days_before)

    def starts_at(self, conference: Conference) -> datetime:
        """Midnight in the conference's own time zone."""
        day = conference.starts_at.astimezone(conference.zone).date()
        begins = day - timedelta(days=self.days_before)
        return datetime.combine(begins, time.min, conference.zone)

    def fee(self, price: Decimal) -> Decimal:
        """In kr: a percentage rounded down to whole kroner, never more than the place costs."""
        if self.percent is not None:
            return (price * self.percent / 100).quantize(WHOLE_KRONER, ROUND_DOWN)
        return min(self.amount or NOTHING, price)
