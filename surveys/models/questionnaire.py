from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recovery_network import keys
from surveys.models.survey import Survey
from surveys.words import WordsField, say


class Section(models.Model):
    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="sections", verbose_name=_("survey")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = WordsField(_("title"), blank=True)
    introduction = WordsField(_("introduction"), blank=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return say(self.title).text or str(self.position + 1)


class Question(models.Model):
    """A place in the questionnaire. What it asks stands in its newest version.

    Order, duty and condition may change at any time: they give no answer another meaning.
    """

    section = models.ForeignKey(
        Section, models.CASCADE, related_name="questions", verbose_name=_("section")
    )
    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    # The same in every survey that was made from this one or from the same file: by it years are compared.
    origin = models.CharField(max_length=40, blank=True, default="", editable=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    required = models.BooleanField(_("must be answered"), default=False)
    retired = models.BooleanField(
        _("no longer asked"),
        default=False,
        help_text=_("Answers that have come are kept and shown."),
    )
    public = models.BooleanField(
        _("in the published summary"),
        default=False,
    )
    show_if: models.ManyToManyField["Option", "Option"] = models.ManyToManyField(
        "Option",
        blank=True,
        related_name="shows",
        verbose_name=_("only for those who answered"),
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.key

    @property
    def lineage(self) -> str:
        """What a question has in common with its copies in other surveys."""
        return self.origin or self.key


class QuestionVersion(models.Model):
    """What a question asked at a time. Once anyone has answered, a change makes a new version."""

    class Kind(models.TextChoices):
        ONE = "one", _("one choice")
        SEVERAL = "several", _("several choices")
        SCALE = "scale", _("scale")
        RECOMMEND = "recommend", _("recommendation from 0 to 10")
        MATRIX = "matrix", _("table of choices")
        NUMBER = "number", pgettext_lazy("question", "number")
        DATE = "date", pgettext_lazy("question", "date")
        SHORT_TEXT = "short_text", _("short text")
        LONG_TEXT = "long_text", _("long text")

    CHOICES = (Kind.ONE, Kind.SEVERAL, Kind.MATRIX)
    SCALES = (Kind.SCALE, Kind.RECOMMEND)
    TEXTS = (Kind.SHORT_TEXT, Kind.LONG_TEXT)

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="versions", verbose_name=_("question")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = WordsField(_("question"))
    help = WordsField(_("help"), blank=True)
    low = models.SmallIntegerField(_("lowest"), null=True, blank=True)
    high = models.SmallIntegerField(_("highest"), null=True, blank=True)
    low_label = WordsField(_("what the lowest means"), blank=True)
    high_label = WordsField(_("what the highest means"), blank=True)
    dont_know = models.BooleanField(_("with “don't know”"), default=False)

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="question_version_number_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["one", "several", "scale", "recommend", "matrix", "number", "date"]
                    + ["short_text", "long_text"]
                ),
                name="question_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["scale", "recommend"])
                | Q(low__isnull=False, high__isnull=False),
                name="question_scale_has_ends",
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(high__gt=F("low")),
                name="question_highest_above_lowest",
                violation_error_message=_("The highest must be above the lowest."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="recommend") | Q(low=0, high=10),
                name="question_recommendation_from_0_to_10",
            ),
        ]

    def __str__(self) -> str:
        return say(self.text).text


class Option(models.Model):
    """Something to choose, or a row of a table of choices. Its key is the same in every version."""

    class Role(models.TextChoices):
        CHOICE = "choice", _("choice")
        ROW = "row", _("row")

    version = models.ForeignKey(
        QuestionVersion,
        models.CASCADE,
        related_name="options",
        verbose_name=_("version of a question"),
    )
    key = models.CharField(max_length=12, default=keys.public_key, editable=False)
    origin = models.CharField(max_length=40, blank=True, default="", editable=False)
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.CHOICE)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    label = WordsField(_("text"))

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="option_key_once_per_version"),
            models.CheckConstraint(
                condition=Q(role__in=["choice", "row"]), name="option_role_known"
            ),
        ]

    def __str__(self) -> str:
        return say(self.label).text

    @property
    def lineage(self) -> str:
        return self.origin or self.key
