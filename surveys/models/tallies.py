from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.answers import Answer, Response
from surveys.models.questionnaire import Option, Question, QuestionVersion
from surveys.models.survey import Survey


class Tally(models.Model):
    """Answers counted together, once and for all: later answers are counted in a tally of their own.

    Nobody can learn from two looks at results who came between them, because no tally ever grows. It holds
    the responses of the days after the tally before it, up to and including `until`.
    """

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="tallies", verbose_name=_("survey")
    )
    until = models.DateField(_("up to and including"))
    total = models.PositiveIntegerField(_("answers"))

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["until"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "until"], name="tally_day_once"),
            models.CheckConstraint(condition=Q(total__gte=5), name="tally_of_five_or_more"),
        ]

    def __str__(self) -> str:
        return str(self.until)

    def days(self) -> tuple[date, date]:
        """The first and the last day of the responses that it holds."""
        earlier = Tally.objects.filter(survey=self.survey_id, until__lt=self.until)
        last: date | None = earlier.aggregate(day=models.Max("until"))["day"]
        return date.min if last is None else last + timedelta(days=1), self.until

    def responses(self) -> models.QuerySet[Response]:
        first, last = self.days()
        return Response.objects.filter(survey=self.survey_id, day__gte=first, day__lte=last)

    def answers(self) -> models.QuerySet[Answer]:
        first, last = self.days()
        return Answer.objects.filter(
            response__survey=self.survey_id, response__day__gte=first, response__day__lte=last
        )


class TallyCell(models.Model):
    """How many gave one answer, in one group where the survey is divided. Never shown unprotected."""

    tally = models.ForeignKey(Tally, models.CASCADE, related_name="cells")
    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="+", db_index=False)
    # None: those who passed over the question that divides, or a survey that isn't divided.
    group = models.ForeignKey(Option, models.CASCADE, null=True, related_name="+", db_index=False)
    option = models.ForeignKey(Option, models.CASCADE, null=True, related_name="+", db_index=False)
    row = models.ForeignKey(Option, models.CASCADE, null=True, related_name="+", db_index=False)
    number = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    year = models.PositiveSmallIntegerField(null=True)
    dont_know = models.BooleanField(default=False)
    count = models.PositiveIntegerField()
    # Only for questions that ask for a number: the sum of the numbers, and of their squares.
    summed = models.DecimalField(max_digits=24, decimal_places=3, null=True)
    squared = models.DecimalField(max_digits=36, decimal_places=6, null=True)

    class Meta:
        verbose_name = _("counted answer")
        verbose_name_plural = _("counted answers")
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="tally_cell_counts_someone")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.count}"


class Theme(models.Model):
    """A word that organisers give to comments, to count what people write about."""

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="themes", verbose_name=_("question")
    )
    name = models.CharField(_("theme"), max_length=60)
    answers = models.ManyToManyField(
        Answer, blank=True, related_name="themes", verbose_name=_("comments")
    )

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "name"], name="theme_once_per_question"),
            models.CheckConstraint(condition=~Q(name=""), name="theme_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
