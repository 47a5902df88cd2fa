from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.languages import Language
from network.models.organisation import Organisation
from network.validators import validate_plain_text
from recovery_network.uploads import name_of_ours, private_files

# Where the files of the library are kept.
FOLDER = "library"


def file_name(resource: "Resource", filename: str) -> str:
    return name_of_ours(FOLDER, filename.rpartition(".")[2])


class Topic(models.Model):
    """What resources are about; its name is written in four languages."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class ResourceSeries(models.Model):
    """Publications that belong together, in their order."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160, validators=[validate_plain_text])
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown."))
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.BOKMAL
    )

    class Meta:
        verbose_name = _("series of publications")
        verbose_name_plural = _("series of publications")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resource_series", args=[self.slug])


class ResourceQuerySet(models.QuerySet["Resource"]):
    def published(self) -> "ResourceQuerySet":
        """Those that everyone may read, the newest year first."""
        return self.filter(published_at__lte=timezone.now()).order_by("-year", "title", "pk")


class Resource(models.Model):
    """Something in the library (`domain.md` 9): a report, slides, a recording, a tool, a publication."""

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        SLIDES = "slides", _("slides")
        RECORDING = "recording", _("recording")
        TOOL = "tool", _("tool")
        PUBLICATION = "publication", _("publication")

    class Licence(models.TextChoices):
        """Names as Creative Commons writes them, which are the same in every language."""

        RESERVED = "", _("Ask the owner before you use it elsewhere")
        CC0 = "CC0-1.0", "CC0 1.0"
        CC_BY = "CC-BY-4.0", "CC BY 4.0"
        CC_BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
        CC_BY_NC = "CC-BY-NC-4.0", "CC BY-NC 4.0"

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200, validators=[validate_plain_text])
    summary = models.CharField(
        _("summary"), max_length=400, blank=True, help_text=_("One or two sentences for lists.")
    )
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.REPORT)
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.BOKMAL
    )
    licence = models.CharField(
        _("licence"), max_length=15, choices=Licence, default=Licence.RESERVED, blank=True
    )
    topics = models.ManyToManyField(
        Topic, blank=True, related_name="resources", verbose_name=_("topics")
    )
    made_by = models.ManyToManyField(
        Organisation, blank=True, related_name="resources", verbose_name=_("made by")
    )
    series = models.ForeignKey(
        ResourceSeries,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="resources",
        verbose_name=_("series"),
    )
    number = models.PositiveSmallIntegerField(_("number in the series"), null=True, blank=True)
    file = models.FileField(
        _("file"), upload_to=file_name, storage=private_files, max_length=120, blank=True
    )
    link = models.URLField(_("link"), max_length=400, blank=True)
    how_to_get = models.CharField(
        _("how to get it"),
        max_length=240,
        blank=True,
        help_text=_("Where there is neither file nor link: whom to ask."),
    )
    published_at = models.DateTimeField(
        _("published from"),
        null=True,
        blank=True,
        help_text=_("Empty means a draft. A time to come publishes it then."),
    )
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("library")
        ordering = ["-year", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=1900, year__lte=2100), name="resource_year_plausible"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(file="") | ~Q(link="") | ~Q(how_to_get=""),
                name="resource_can_be_had",
                violation_error_message=_(
                    "Before it is published: give a file or a link, or say how to get it."
                ),
            ),
            models.UniqueConstraint(
                fields=["series", "number"],
                name="resource_number_once_in_series",
                violation_error_message=_("Another resource has this number in the series."),
            ),
            models.CheckConstraint(
                condition=Q(number=None) | Q(series__isnull=False),
                name="resource_number_needs_series",
                violation_error_message=_("A number belongs to a series. Choose the series."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resource", args=[self.slug])

    def is_public(self) -> bool:
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def ending(self) -> str:
        """ "PDF", "PPTX": so that nobody is surprised by a download."""
        return str(self.file.name).rpartition(".")[2].upper() if self.file else ""

    @property
    def size(self) -> int | None:
        """In bytes; None where there is no file, or it is gone."""
        try:
            return self.file.size if self.file else None
        except FileNotFoundError:
            return None
