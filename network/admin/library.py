from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from network.admin.news import PublishedAdmin, PublishedFilter, SluggedForm
from network.models import Resource, ResourceSeries, Topic
from recovery_network.admin_base import OurModelAdmin

if TYPE_CHECKING:
    Translated = TranslationAdmin[Any]
else:
    Translated = TranslationAdmin


@admin.register(Resource)
class ResourceAdmin(PublishedAdmin):
    form = SluggedForm
    list_display = ["title", "kind", "year", "language", "series", "state"]
    list_filter = (PublishedFilter, "kind", "language", "topics")
    list_select_related = ("series",)
    search_fields = ("title", "summary")
    fieldsets = (
        (None, {"fields": ("title", "summary", "about", "kind", "year", "language", "topics")}),
        (gettext_lazy("Where it is"), {"fields": ("link", "how_to_get", "licence", "made_by")}),
        (gettext_lazy("Series"), {"fields": ("series", "number")}),
        (gettext_lazy("On the site"), {"fields": ("published_at", "slug")}),
    )


@admin.register(ResourceSeries)
class ResourceSeriesAdmin(OurModelAdmin):
    form = SluggedForm
    list_display = ["title", "language"]
    search_fields = ("title",)
    fields = ("title", "about", "language", "slug")


@admin.register(Topic)
class TopicAdmin(OurModelAdmin, Translated):
    list_display = ["name", "key"]
    fields = ("name", "key")
