from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.languages import Language
from network.models import Topic
from recovery_network import keys


class Subscription(models.Model):
    """An address that gets the newsletter, confirmed by its owner. Who unsubscribes is deleted."""

    key = models.CharField(max_length=32, unique=True, default=keys.secret_key, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.BOKMAL
    )
    topics = models.ManyToManyField(
        Topic,
        blank=True,
        related_name="subscriptions",
        verbose_name=_("topics"),
        help_text=_("None means everything."),
    )
    subscribed_at = models.DateTimeField(_("subscribed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-subscribed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="subscription_once_per_address"),
            models.CheckConstraint(condition=~Q(email=""), name="subscription_has_address"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_absolute_url(self) -> str:
        """What its owner chose: whoever has this address may act for them."""
        return reverse("newsletter_choices", args=[self.key])

    def audit_text(self) -> str:
        """The log keeps no addresses."""
        return str(self._meta.verbose_name)


class SubscribeRequest(models.Model):
    """What somebody typed to subscribe, until the address is confirmed. It is written for everyone alike, also
    where the address subscribes already (ADR 2), and deleted after seven days."""

    key = models.CharField(max_length=32, unique=True, default=keys.secret_key, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, db_index=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    topics = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("topics"))
    agreed_to = models.JSONField(_("agreed to"), default=list)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("wish to subscribe")
        verbose_name_plural = _("wishes to subscribe")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
