from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from recovery_network import keys


class Tier(models.Model):
    """A kind of place with its price and limits (`domain.md` 4)."""

    class BeyondLimit(models.TextChoices):
        WAITING_LIST = "waiting_list", _("waiting list")
        OTHER_TIER = "other_tier", _("another kind of place, or the waiting list")

    class VatCategory(models.TextChoices):
        """UNCL5305 codes, as Peppol BIS Billing 3.0 uses them."""

        OUTSIDE = "O", _("O: outside the VAT register")
        EXEMPT = "E", _("E: exempt")
        STANDARD = "S", _("S: standard rate")
        ZERO = "Z", _("Z: zero rate")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="tiers", verbose_name=_("conference")
    )
    key = models.SlugField(
        _("key"),
        max_length=40,
        help_text=_("Short name used in addresses and exports."),
    )
    name = models.CharField(_("name"), max_length=80)
    audience = models.CharField(_("who it is for"), max_length=240, blank=True)
    price = models.DecimalField(
        _("price in kr"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        help_text=_("Empty means as many as the conference has."),
    )
    limit_per_organisation = models.PositiveIntegerField(
        _("limit per organisation"),
        null=True,
        blank=True,
        help_text=_("Empty means no limit."),
    )
    organisation_required = models.BooleanField(_("organisation required"), default=True)
    no_organisation_capacity = models.PositiveIntegerField(
        _("places without an organisation"),
        null=True,
        blank=True,
        help_text=_(
            "For people without an organisation, all together. Empty means no separate limit."
        ),
    )
    vat_category = models.CharField(
        _("VAT category"),
        max_length=1,
        choices=VatCategory,
        default=VatCategory.OUTSIDE,
    )
    vat_rate = models.DecimalField(
        _("VAT rate, percent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    beyond_limit = models.CharField(
        _("beyond the limit"),
        max_length=15,
        choices=BeyondLimit,
        default=BeyondLimit.WAITING_LIST,
    )
    overflow_tier = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="overflows",
        verbose_name=_("the other kind of place"),
    )
    invitation_only = models.BooleanField(
        _("only for those invited"),
        default=False,
        help_text=_(
            "Seen and chosen only by those who come by its own link, and by organisers. The link stands "
            "under “Links for those invited” when you have saved."
        ),
    )
    invitation_key = models.CharField(
        max_length=32, unique=True, default=keys.secret_key, editable=False
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("ticket type")
        verbose_name_plural = _("ticket types")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "key"], name="tier_key_unique"),
            models.CheckConstraint(condition=Q(price__gte=0), name="tier_price_not_negative"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="tier_closes_after_opening",
                violation_error_message=_("The ticket type must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(vat_rate=0) | Q(vat_category="S"),
                name="tier_rate_only_when_standard",
                violation_error_message=_("Only the standard VAT category has a rate."),
            ),
            models.CheckConstraint(
                condition=~Q(overflow_tier=F("pk")), name="tier_not_its_own_overflow"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.overflow_tier and self.overflow_tier.conference_id != self.conference_id:
            raise ValidationError(
                {"overflow_tier": _("Choose a ticket type of the same conference.")}
            )

    @property
    def costs(self) -> bool:
        return self.price > 0

    def is_shown_to(self, invitation: str) -> bool:
        """Whether whoever came by the link with this key, or without one, may see and choose it."""
        return not self.invitation_only or constant_time_compare(self.invitation_key, invitation)

    def is_open(self, now: datetime) -> bool:
        return (self.opens_at is None or self.opens_at <= now) and (
            self.closes_at is None or self.closes_at > now
        )
