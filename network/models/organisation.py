from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.regions import Region
from network.validators import name_key, validate_number, validate_plain_text


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def current(self) -> "OrganisationQuerySet":
        """Those that have not been merged into another."""
        return self.filter(merged_into=None)

    def in_directory(self) -> "OrganisationQuerySet":
        """Those that organisers have put into the public directory."""
        return self.current().filter(is_listed=True)


class Organisation(models.Model):
    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        NAV = "nav", _("NAV")
        SPECIALIST_HEALTH = "specialist_health", _("specialist health service")
        VOLUNTARY = "voluntary", _("voluntary or non-profit organisation")
        SOCIAL_ENTERPRISE = "social_enterprise", _("social enterprise")
        RESEARCH = "research", _("research and education")
        USER_RUN_CENTRE = "user_run_centre", _("user-run centre")
        OTHER = "other", _("other")

    class Country(models.TextChoices):
        NORWAY = "NO", _("Norway")
        DENMARK = "DK", _("Denmark")

    name = models.CharField(_("name"), max_length=160, validators=[validate_plain_text])
    name_key = models.CharField(max_length=200, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    country = models.CharField(_("country"), max_length=2, choices=Country, default=Country.NORWAY)
    number = models.CharField(
        _("organisation number"),
        max_length=9,
        blank=True,
        help_text=_("Nine digits in Norway, eight (CVR) in Denmark."),
    )
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    is_listed = models.BooleanField(
        _("in the directory"),
        default=False,
        help_text=_("Gives the organisation a page that everyone can read."),
    )
    slug = models.SlugField(
        _("address"),
        max_length=80,
        null=True,
        blank=True,
        unique=True,
        help_text=_("The last part of the address of its page. Empty: it is made from the name."),
    )
    region = models.CharField(
        _("county or region"), max_length=5, choices=Region, blank=True, db_index=True
    )
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown."))
    website = models.URLField(_("website"), blank=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "number"],
                condition=~models.Q(number="") & models.Q(merged_into=None),
                name="organisation_number_unique",
                violation_error_message=_(
                    "Another organisation has this number. Merge the two instead."
                ),
            ),
            models.UniqueConstraint(
                fields=["name_key"],
                condition=models.Q(merged_into=None),
                name="organisation_name_unique",
                violation_error_message=_(
                    "An organisation with this name exists. Add an alias to it instead."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("pk")),
                name="organisation_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=models.Q(is_listed=False) | models.Q(slug__isnull=False),
                name="organisation_listed_has_address",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_key"}
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return reverse("organisation_detail", args=[self.slug])

    def clean(self) -> None:
        self.name_key = name_key(self.name)
        if not self.name_key:
            raise ValidationError({"name": _("Write the name with letters or digits.")})
        if (
            OrganisationAlias.objects.filter(name_key=self.name_key)
            .exclude(organisation=self.pk)
            .exists()
        ):
            raise ValidationError({"name": _("Another organisation has this name as an alias.")})
        if self.number:
            try:
                self.number = validate_number(self.number, self.country)
            except ValidationError as error:
                raise ValidationError({"number": error}) from error


class OrganisationAlias(models.Model):
    """Another name people use: an abbreviation, a former name, or the name of one merged away."""

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="aliases",
        verbose_name=_("organisation"),
    )
    name = models.CharField(_("name"), max_length=160, validators=[validate_plain_text])
    name_key = models.CharField(max_length=200, editable=False)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name_key"], name="organisation_alias_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(**kwargs)

    def clean(self) -> None:
        self.name_key = name_key(self.name)
        if not self.name_key:
            raise ValidationError({"name": _("Write the name with letters or digits.")})
        if Organisation.objects.current().filter(name_key=self.name_key).exists():
            raise ValidationError(
                {"name": _("An organisation has this name already. Merge the two instead.")}
            )
