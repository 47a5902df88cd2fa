from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from network.languages import Language
from network.models.organisation import Organisation
from network.validators import validate_plain_text


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class Hub(models.Model):
    """Centres that work together, each in its own region (`domain.md` 9)."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120, validators=[validate_plain_text])
    lead = models.CharField(_("lead"), max_length=400)
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown."))
    tasks = models.TextField(_("what it does"), blank=True, help_text=_("One task on each line."))
    partners = models.TextField(
        _("whom it works with"), blank=True, help_text=_("One partner on each line.")
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.BOKMAL
    )
    centres = models.ManyToManyField(
        Organisation, through="HubMember", related_name="hubs", verbose_name=_("centres")
    )
    is_public = models.BooleanField(_("shown on the site"), default=False)

    class Meta:
        verbose_name = _("hub")
        verbose_name_plural = _("hubs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("hub", args=[self.slug])

    def task_list(self) -> list[str]:
        return lines(self.tasks)

    def partner_list(self) -> list[str]:
        return lines(self.partners)


class HubMember(models.Model):
    hub = models.ForeignKey(Hub, models.CASCADE, related_name="members", verbose_name=_("hub"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="hub_members",
        verbose_name=_("centre"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("centre")
        verbose_name_plural = _("centres")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hub", "organisation"], name="hub_centre_once")
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Milestone(models.Model):
    """One step of a hub's history."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="milestones", verbose_name=_("hub"))
    period = models.CharField(
        _("when"), max_length=20, help_text=_("A year or several, for instance 2017–2019.")
    )
    text = models.TextField(_("what happened"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.period
