from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network import searching
from network.models import Article, Organisation
from recovery_network import i18n
from recovery_network.admin_base import Form
from recovery_network.pictures import remake_picture
from recovery_network.search.editing import SearchedAdmin
from recovery_network.slugs import free_slug


class SluggedForm(Form):
    """Editors may leave the address empty: it is then made from the title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        taken = self._meta.model._default_manager.exclude(pk=self.instance.pk)
        title = self.data.get("title") or self.data.get("name") or ""
        return slug or free_slug(title, taken)


class ArticleForm(SluggedForm):
    def clean_picture(self) -> Any:
        return remake_picture(self, "picture")


class PublishedFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("out", _("Published")), ("soon", _("Published later")), ("draft", _("Draft"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        found = {
            "out": queryset.filter(published_at__lte=now),
            "soon": queryset.filter(published_at__gt=now),
            "draft": queryset.filter(published_at=None),
        }
        return found.get(self.value() or "", queryset)


class PublishedAdmin(SearchedAdmin):
    """What becomes public at a time that its editor sets."""

    @admin.display(description=gettext_lazy("state"), ordering="published_at")
    def state(self, row: Any) -> str:
        if row.published_at is None:
            return _("Draft")
        if row.is_public():
            return _("Published %(moment)s") % {"moment": i18n.date_short(row.published_at)}
        words = {"moment": i18n.date_and_clock(row.published_at)}
        return _("Will be published %(moment)s") % words

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Organisation:
            kwargs["queryset"] = Organisation.objects.current()
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Article)
class ArticleAdmin(PublishedAdmin):
    form = ArticleForm
    searched_as = searching.ARTICLE
    list_display = ["title", "state", "language", "author", "updated_at"]
    list_filter = (PublishedFilter, "language")
    search_fields = ("title", "lead", "author")
    fieldsets = (
        (None, {"fields": ("title", "lead", "body", "language", "author")}),
        (
            gettext_lazy("Picture"),
            {"fields": ("picture", "picture_alt", "picture_caption", "photographer")},
        ),
        (
            gettext_lazy("On the site"),
            {"fields": ("published_at", "slug", "organisations", "links", "updated_at")},
        ),
    )
    readonly_fields = ("links", "updated_at")

    @admin.display(description=gettext_lazy("its pages"))
    def links(self, article: Article) -> str | SafeString:
        if article.pk is None:
            return _("Save first.")
        preview = reverse("article_preview", args=[article.preview_key])
        if not article.is_public():
            return format_html(
                '<a href="{}">{}</a>', preview, _("Preview, for whom you give the link")
            )
        return format_html('<a href="{}">{}</a>', article.get_absolute_url(), _("On the site"))
