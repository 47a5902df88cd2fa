import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recovery_network.mail import kinds


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, now: datetime) -> "MailQuerySet":
        return self.filter(state=Mail.State.QUEUED, not_before__lte=now)

    def stuck(self, claimed_before: datetime) -> "MailQuerySet":
        """Claimed by a worker that seems to have died before it could say how it went."""
        return self.filter(state=Mail.State.SENDING, claimed_at__lt=claimed_before)


class Mail(models.Model):
    """One mail to one address, written in the transaction of what it tells about (`domain.md` 6)."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")
        CANCELLED = "cancelled", pgettext_lazy("mail", "cancelled")

    class ErrorClass(models.TextChoices):
        TRY_SOON = "try_soon", _("try again soon")
        TRY_LATER = "try_later", _("try again later")
        GIVE_UP = "give_up", _("give up")

    FINISHED = (State.SENT, State.FAILED, State.CANCELLED)
    # What is left of a mail whose words and recipient have been deleted.
    BLANK: dict[str, Any] = {
        "recipient": "",
        "subject": "",
        "text": "",
        "html": "",
        "attachments": [],
    }

    key = models.CharField(_("key"), max_length=200, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    recipient = models.CharField(_("recipient"), max_length=320, blank=True)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    about = models.CharField(_("concerns"), max_length=120, blank=True, db_index=True)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error_class = models.CharField(
        _("kind of error"), max_length=10, choices=ErrorClass, blank=True
    )
    error = models.CharField(_("error"), max_length=500, blank=True)

    created_at = models.DateTimeField(_("written"), default=timezone.now, db_index=True)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    nudged_at = models.DateTimeField(_("last swept"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    blanked_at = models.DateTimeField(_("content deleted"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="queued"), name="mail_due"),
            models.Index(
                fields=["claimed_at"], condition=Q(state="sending"), name="mail_in_flight"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="mail_key_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "failed", "cancelled"]),
                name="mail_state_known",
            ),
            models.CheckConstraint(
                condition=Q(error_class__in=["", "try_soon", "try_later", "give_up"]),
                name="mail_error_class_known",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="mail_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False, attempts__gte=1),
                name="mail_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | Q(error_class="give_up"), name="mail_failed_gave_up"
            ),
            models.CheckConstraint(
                condition=Q(blanked_at=None) | Q(recipient="", subject="", text="", html=""),
                name="mail_blanked_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(blanked_at__isnull=False)
                | ~(Q(recipient="") | Q(subject="") | Q(text="")),
                name="mail_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(blanked_at=None) | Q(state__in=["sent", "failed", "cancelled"]),
                name="mail_waiting_is_not_blanked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def audit_text(self) -> str:
        return self.kind

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a mailbox can tell a repetition."""
        host = urlsplit(settings.SITE_URL).hostname
        return f"<{uuid.uuid5(uuid.NAMESPACE_URL, f'{settings.SITE_URL}/{self.key}')}@{host}>"

    @property
    def is_secret(self) -> bool:
        kind = kinds.find(self.kind)
        return kind is not None and kind.secret


class Wording(models.Model):
    """The organisers' own subject and introduction for one kind of mail in one language."""

    kind = models.CharField(_("kind of mail"), max_length=60)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(
        _("subject"),
        max_length=150,
        blank=True,
        help_text=_("Leave it empty to use the usual subject."),
    )
    introduction = models.TextField(
        _("introduction"),
        max_length=3000,
        blank=True,
        help_text=_("Replaces the first words of the mail. An empty line begins a new paragraph."),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"],
                name="wording_one_per_kind_and_language",
                violation_error_message=_(
                    "This kind of mail already has a wording in this language."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(subject="", introduction=""),
                name="wording_says_something",
                violation_error_message=_("Write a subject or an introduction."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
