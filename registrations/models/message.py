from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conferences.models import Conference
from network.models import User
from network.validators import validate_plain_text


class Message(models.Model):
    """What the organisers write to some of those who are registered: who wrote, when and to whom in words.

    Its text is deleted with the mails that carry it; the record stays as long as the registrations.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("message", "draft")
        SENDING = "sending", pgettext_lazy("message", "being sent")
        SENT = "sent", pgettext_lazy("message", "sent")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="messages", verbose_name=_("conference")
    )
    language = models.CharField(
        _("original language"), max_length=2, choices=Conference.Language, editable=False
    )
    segment = models.JSONField(_("who gets it"), default=dict, editable=False)
    segment_text = models.CharField(_("who gets it"), max_length=500, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    written_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    addresses = models.PositiveIntegerField(_("addresses"), null=True, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", sent_at=None, addresses=None)
                | Q(state__in=["sending", "sent"], sent_at__isnull=False, addresses__gte=1),
                name="message_sent_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def mail_prefix(self) -> str:
        """What the keys of all its mails begin with; those of tests don't."""
        return f"message:{self.pk}:to:"


class MessageText(models.Model):
    """A message in one language: plain subject, Markdown, and placeholders from a closed list."""

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="texts", verbose_name=_("message")
    )
    language = models.CharField(_("language"), max_length=2, choices=Conference.Language)
    subject = models.CharField(_("subject"), max_length=120, validators=[validate_plain_text])
    body = models.TextField(_("text"), max_length=8000, validators=[validate_plain_text])

    class Meta:
        verbose_name = _("text of a message")
        verbose_name_plural = _("texts of messages")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "language"], name="message_text_once_per_language"
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""), name="message_text_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.get_language_display()
