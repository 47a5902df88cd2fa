from datetime import datetime, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conferences.models import Conference
from recovery_network import keys
from surveys.validators import validate_slug
from surveys.words import WordsField, say

# No number smaller than this ever leaves the site, and no fewer answers are opened together.
LEAST = 5


class SurveyQuerySet(models.QuerySet["Survey"]):
    def with_conference(self) -> "SurveyQuerySet":
        return self.select_related("conference")

    def listed(self) -> "SurveyQuerySet":
        """Those that strangers may find: open to everyone, or with a published summary."""
        return self.filter(
            Q(audience=Survey.Audience.EVERYONE) | Q(summary_published_at__lte=timezone.now())
        )


class Survey(models.Model):
    """Questions to many people, in one of three degrees of privacy (`domain.md` 8)."""

    class Mode(models.TextChoices):
        ANONYMOUS = "anonymous", _("anonymous")
        CONFIDENTIAL = "confidential", _("confidential")
        NAMED = "named", _("with name")

    class Layout(models.TextChoices):
        ONE_PAGE = "one_page", _("all questions on one page")
        SECTIONS = "sections", _("one section at a time")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("everyone who has the address")
        ATTENDED = "attended", _("those who were at the conference")
        REGISTERED = "registered", _("those who have a place at the conference")
        MEMBERS = "members", _("members of the network")
        LISTED = "listed", _("a list of addresses")

    class State(models.TextChoices):
        """What follows from the dates and the organiser's decisions; never stored."""

        DRAFT = "draft", _("draft")
        COMING = "coming", pgettext_lazy("survey", "not open yet")
        OPEN = "open", pgettext_lazy("survey", "open")
        CLOSED = "closed", pgettext_lazy("survey", "closed")

    OF_A_CONFERENCE: ClassVar = (Audience.ATTENDED, Audience.REGISTERED)

    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        validators=[validate_slug],
        help_text=_("The last part of the address. Short, and the same every time it is shared."),
    )
    title = WordsField(_("title"))
    introduction = WordsField(_("introduction"), blank=True)
    thanks = WordsField(_("what happens next"), blank=True)
    mode = models.CharField(_("privacy"), max_length=12, choices=Mode, default=Mode.ANONYMOUS)
    layout = models.CharField(_("layout"), max_length=10, choices=Layout, default=Layout.ONE_PAGE)
    audience = models.CharField(
        _("who is asked"), max_length=10, choices=Audience, default=Audience.EVERYONE
    )
    conference = models.ForeignKey(
        Conference,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("conference"),
    )
    opens_after_conference = models.BooleanField(
        _("opens by itself when the conference is over"), default=False
    )
    opens_at = models.DateTimeField(
        _("opens"),
        null=True,
        blank=True,
        help_text=_("Empty means a draft, unless it opens by itself."),
    )
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    days_open = models.PositiveSmallIntegerField(
        _("days open"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("After the conference, where no date of closing is given."),
    )
    closed_at = models.DateTimeField(_("closed by the organiser"), null=True, blank=True)
    remind_days = models.PositiveSmallIntegerField(
        _("reminder, days before it closes"),
        default=4,
        validators=[MaxValueValidator(60)],
        help_text=_("0 means no reminder."),
    )
    least = models.PositiveSmallIntegerField(
        _("smallest number shown"),
        default=LEAST,
        validators=[MinValueValidator(LEAST), MaxValueValidator(100)],
        help_text=_("Smaller groups are hidden everywhere in the results. Five or more."),
    )
    summary_published_at = models.DateTimeField(_("results published"), null=True, blank=True)
    # The question whose choices divide results in groups. Chosen once: two divisions of the same people
    # would tell together what each of them hides.
    divided_by = models.ForeignKey(
        "QuestionVersion",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("groups"),
    )
    opened_on = models.DateField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["anonymous", "confidential", "named"]),
                name="survey_mode_known",
            ),
            models.CheckConstraint(
                condition=Q(mode="anonymous") | ~Q(audience="everyone"),
                name="survey_open_to_all_is_anonymous",
                violation_error_message=_(
                    "A survey that everyone may answer is anonymous. Choose who is asked."
                ),
            ),
            models.CheckConstraint(
                condition=Q(conference__isnull=False)
                | (Q(opens_after_conference=False) & ~Q(audience__in=["attended", "registered"])),
                name="survey_after_conference_has_one",
                violation_error_message=_("Choose the conference it belongs to."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_opening",
                violation_error_message=_("It must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(least__gte=LEAST),
                name="survey_shows_no_fewer_than_five",
                violation_error_message=_("Five is the smallest number that may be shown."),
            ),
            models.CheckConstraint(condition=Q(days_open__gte=1), name="survey_open_for_a_day"),
        ]

    def __str__(self) -> str:
        return say(self.title).text or self.slug

    def get_absolute_url(self) -> str:
        return reverse("survey", args=[self.slug])

    def audit_text(self) -> str:
        return self.slug

    def clean(self) -> None:
        if not any(self.title.values()):
            raise ValidationError(_("Write the title in at least one language."))

    @property
    def by_link(self) -> bool:
        """Whether each person has a link of their own."""
        return self.mode != self.Mode.ANONYMOUS

    def opening(self) -> datetime | None:
        """When it opens: the organiser's date, else the end of its conference. None is a draft."""
        if self.opens_at is not None:
            return self.opens_at
        if self.opens_after_conference and self.conference is not None:
            return None if self.conference.is_called_off() else self.conference.ends_at
        return None

    def closing(self) -> datetime | None:
        """When it takes no more answers; None where it stays open until somebody closes it."""
        opening = self.opening()
        by_date = self.closes_at
        if by_date is None and self.opens_after_conference and opening is not None:
            by_date = opening + timedelta(days=self.days_open)
        return min((each for each in (by_date, self.closed_at) if each is not None), default=None)

    def state(self, now: datetime | None = None) -> State:
        now = now or timezone.now()
        opening, closing = self.opening(), self.closing()
        if opening is None:
            return self.State.DRAFT
        if closing is not None and closing <= now:
            return self.State.CLOSED
        return self.State.COMING if opening > now else self.State.OPEN

    def has_published(self, now: datetime | None = None) -> bool:
        published = self.summary_published_at
        return published is not None and published <= (now or timezone.now())
