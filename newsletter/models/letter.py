from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conferences.models import Conference
from network.languages import Language
from network.models import Article, Topic
from network.validators import validate_line, validate_text


class LetterQuerySet(models.QuerySet["Letter"]):
    def in_archive(self) -> "LetterQuerySet":
        """Sent letters that were written for everyone to read, the newest first."""
        sent = [Letter.State.SENDING, Letter.State.SENT]
        return self.filter(is_public=True, state__in=sent).order_by("-sent_at", "-pk")


class Letter(models.Model):
    """One issue of the newsletter: own words in some languages, and the news and gatherings it points to."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("letter", "draft")
        SCHEDULED = "scheduled", pgettext_lazy("letter", "waits for its time")
        SENDING = "sending", pgettext_lazy("letter", "being sent")
        SENT = "sent", pgettext_lazy("letter", "sent")

    language = models.CharField(
        _("original language"), max_length=2, choices=Language, editable=False
    )
    topics = models.ManyToManyField(
        Topic,
        blank=True,
        related_name="letters",
        verbose_name=_("topics"),
        help_text=_("Those who chose one of them get it, and those who chose none. Empty: all."),
    )
    articles = models.ManyToManyField(
        Article, blank=True, related_name="letters", verbose_name=_("news")
    )
    gatherings = models.ManyToManyField(
        Conference, blank=True, related_name="letters", verbose_name=_("gatherings")
    )
    is_public = models.BooleanField(
        _("in the archive"),
        default=True,
        help_text=_("Everyone can read it on the site when it has been sent."),
    )
    slug = models.SlugField(
        _("address"), max_length=80, null=True, blank=True, unique=True, editable=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    send_at = models.DateTimeField(_("to be sent"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    addresses = models.PositiveIntegerField(_("addresses"), null=True, editable=False)
    # The last subscription a mail was written for, so that a batch that was lost is made good.
    written_up_to = models.BigIntegerField(default=0, editable=False)
    written = models.PositiveIntegerField(default=0, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", send_at=None, sent_at=None, addresses=None)
                | Q(state="scheduled", send_at__isnull=False, sent_at=None, addresses=None)
                | Q(state__in=["sending", "sent"], sent_at__isnull=False, addresses__isnull=False),
                name="letter_sent_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "sent"], is_public=True) | Q(slug__isnull=False),
                name="letter_in_archive_has_address",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def get_absolute_url(self) -> str:
        return reverse("newsletter_letter", args=[self.slug])

    @property
    def mail_prefix(self) -> str:
        """What the keys of all its mails begin with; those of tests don't."""
        return f"newsletter:{self.pk}:to:"


class LetterText(models.Model):
    """A letter in one language: plain subject, and Markdown."""

    letter = models.ForeignKey(
        Letter, models.CASCADE, related_name="texts", verbose_name=_("letter")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    subject = models.CharField(_("subject"), max_length=120, validators=[validate_line])
    body = models.TextField(_("text"), max_length=20000, validators=[validate_text])

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "language"], name="letter_text_once_per_language"
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""), name="letter_text_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.subject
