from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.languages import Language
from network.models.organisation import Organisation
from network.validators import validate_plain_text
from recovery_network import keys


def picture_name(article: "Article", filename: str) -> str:
    """Our own name: what people call their files may say too much."""
    return f"articles/{keys.public_key()}.{filename.rsplit('.', 1)[-1].lower()[:4]}"


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        """Those that everyone may read, the newest first."""
        return self.filter(published_at__lte=timezone.now()).order_by("-published_at", "-pk")


class Article(models.Model):
    """A piece of news (`domain.md` 9). Whether it is out follows from its date; a coming date is allowed."""

    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        help_text=_("The last part of the address. Short, and the same every time it is shared."),
    )
    preview_key = models.CharField(
        max_length=32, unique=True, default=keys.secret_key, editable=False
    )
    title = models.CharField(_("title"), max_length=160, validators=[validate_plain_text])
    lead = models.CharField(
        _("lead"),
        max_length=400,
        help_text=_("One or two sentences, shown in lists and when the page is shared."),
    )
    body = models.TextField(_("text"), help_text=_("Markdown."))
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.BOKMAL
    )
    author = models.CharField(
        _("written by"), max_length=120, blank=True, validators=[validate_plain_text]
    )
    picture = models.ImageField(_("picture"), upload_to=picture_name, blank=True)
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=300,
        blank=True,
        help_text=_("For those who can't see it."),
    )
    picture_caption = models.CharField(_("caption"), max_length=300, blank=True)
    photographer = models.CharField(_("photographer"), max_length=120, blank=True)
    organisations = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="articles",
        verbose_name=_("organisations it is about"),
    )
    published_at = models.DateTimeField(
        _("published from"),
        null=True,
        blank=True,
        help_text=_("Empty means a draft. A time to come publishes it then."),
    )
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(picture="") | ~Q(picture_alt=""),
                name="article_picture_has_alt",
                violation_error_message=_(
                    "Say what the picture shows, for those who can't see it."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    def is_public(self) -> bool:
        return self.published_at is not None and self.published_at <= timezone.now()
