import uuid

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.invitations import Invitation
from surveys.models.questionnaire import Option, QuestionVersion
from surveys.models.survey import Survey


class Envelope(models.Model):
    """A sealed answer in the box, before it is opened together with others (docs/adr).

    All envelopes of a survey are equally large, hold no time, and nobody reads them without FIELD_KEYS.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="envelopes", db_index=True)
    sealed = models.BinaryField(_("sealed answer"))

    class Meta:
        verbose_name = _("sealed answer")
        verbose_name_plural = _("sealed answers")

    def __str__(self) -> str:
        return str(self.survey_id)

    def put_in(self) -> None:
        """Write the row in one statement, and in no transaction of its own; nothing where it is there already.

        Django would say when the transaction begins and ends, which is two journeys to the database more.
        """
        columns = self._meta.concrete_fields
        values = [
            column.get_db_prep_save(getattr(self, column.attname), connection) for column in columns
        ]
        names = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns)
        marks = ", ".join(["%s"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self._meta.db_table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",
                values,
            )


class Response(models.Model):
    """One person's opened answers. Nothing here says whose they are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(
        Survey, models.PROTECT, related_name="responses", verbose_name=_("survey")
    )
    # In the anonymous and confidential modes the day on which the box was opened, the same for at
    # least five; never the day of the answer.
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")

    def __str__(self) -> str:
        return str(self.survey_id)


class Signature(models.Model):
    """Whose response it is: only in surveys with name, and in a table of its own."""

    response = models.OneToOneField(
        Response, models.CASCADE, primary_key=True, related_name="signature"
    )
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="signature")

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")

    def __str__(self) -> str:
        return str(self.invitation)


class Answer(models.Model):
    """One answer to one version of a question; a choice of several is a row for each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(
        Response, models.CASCADE, related_name="answers", verbose_name=_("response")
    )
    version = models.ForeignKey(
        QuestionVersion,
        models.PROTECT,
        related_name="answers",
        db_index=False,
        verbose_name=_("version of a question"),
    )
    option = models.ForeignKey(
        Option,
        models.PROTECT,
        null=True,
        related_name="answers",
        db_index=False,
        verbose_name=_("choice"),
    )
    row = models.ForeignKey(
        Option,
        models.PROTECT,
        null=True,
        related_name="row_answers",
        db_index=False,
        verbose_name=_("row"),
    )
    number = models.DecimalField(_("number"), max_digits=12, decimal_places=3, null=True)
    date = models.DateField(_("date"), null=True)
    text = models.TextField(_("text"), blank=True)
    dont_know = models.BooleanField(_("don't know"), default=False)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes = [models.Index(fields=["version", "option", "row"], name="answer_counts")]
        constraints = [
            models.CheckConstraint(
                condition=Q(option__isnull=False, number=None, date=None, text="", dont_know=False)
                | Q(option=None, number__isnull=False, date=None, text="", dont_know=False)
                | Q(option=None, number=None, date__isnull=False, text="", dont_know=False)
                | (Q(option=None, number=None, date=None, dont_know=False) & ~Q(text=""))
                | Q(option=None, number=None, date=None, text="", dont_know=True),
                name="answer_says_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(row=None) | Q(option__isnull=False) | Q(dont_know=True),
                name="answer_row_has_a_choice",
            ),
            models.UniqueConstraint(
                fields=["response", "version", "option"],
                condition=Q(row=None, option__isnull=False),
                name="answer_choice_once",
            ),
            models.UniqueConstraint(
                fields=["response", "version", "row"],
                condition=Q(row__isnull=False),
                name="answer_row_once",
            ),
            models.UniqueConstraint(
                fields=["response", "version"],
                condition=Q(row=None, option=None),
                name="answer_value_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.version_id)
