from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from network import searching
from network.admin.news import PublishedAdmin, PublishedFilter, SluggedForm
from network.documents import hand_out
from network.models import Resource, ResourceSeries, Topic
from recovery_network.admin_base import OVERRIDES, OurModelAdmin
from recovery_network.search.actions import refresh
from recovery_network.search.editing import SearchedAdmin
from recovery_network.uploads import HELP, checked_document

if TYPE_CHECKING:
    Translated = TranslationAdmin[Any]
else:
    Translated = TranslationAdmin


class ResourceForm(SluggedForm):
    """A file that is there stays until another takes its place, or it is taken away."""

    remove_file = forms.BooleanField(label=gettext_lazy("Take the file away"), required=False)

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        return checked_document(file) if file and "file" in self.files else file

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("remove_file") and "file" not in self.files:
            found["file"] = self.instance.file = ""
        return found


@admin.register(Resource)
class ResourceAdmin(PublishedAdmin):
    form = ResourceForm
    # The ordinary input would link to an address that private files don't have.
    formfield_overrides = {
        **OVERRIDES,
        models.FileField: {"widget": forms.FileInput, "help_text": HELP},
    }
    searched_as = searching.RESOURCE
    list_display = ["title", "kind", "year", "language", "series", "state"]
    list_filter = (PublishedFilter, "kind", "language", "topics")
    list_select_related = ("series",)
    search_fields = ("title", "summary")
    fieldsets = (
        (None, {"fields": ("title", "summary", "about", "kind", "year", "language", "topics")}),
        (
            gettext_lazy("Where it is"),
            {
                "fields": (
                    *("kept_file", "file", "remove_file", "link", "how_to_get"),
                    *("licence", "made_by"),
                )
            },
        ),
        (gettext_lazy("Series"), {"fields": ("series", "number")}),
        (gettext_lazy("On the site"), {"fields": ("published_at", "slug")}),
    )

    readonly_fields = ("kept_file",)

    @admin.display(description=gettext_lazy("kept file"))
    def kept_file(self, resource: Resource) -> str | SafeString:
        if not resource.file:
            return "–"
        address = reverse("admin:network_resource_file", args=[resource.pk])
        return format_html(
            '<a href="{}">{}, {}</a>', address, resource.ending, filesizeformat(resource.size or 0)
        )

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<path:object_id>/file/",
            self.admin_site.admin_view(self.kept),
            name="network_resource_file",
        )
        return [own, *super().get_urls()]

    def kept(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The kept file for those who edit, published or not."""
        resource = self.get_object(request, unquote(object_id))
        if resource is None:
            raise Http404
        if not self.has_view_permission(request, resource):
            raise PermissionDenied
        return hand_out(resource)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A series is shown once something of it is."""
        before = form.initial.get("series")
        super().save_related(request, form, formsets, change)
        touched = {before, form.instance.series_id} - {None}
        refresh(searching.SERIES, touched)


@admin.register(ResourceSeries)
class ResourceSeriesAdmin(SearchedAdmin):
    form = SluggedForm
    searched_as = searching.SERIES
    list_display = ["title", "language"]
    search_fields = ("title",)
    fields = ("title", "about", "language", "slug")


@admin.register(Topic)
class TopicAdmin(OurModelAdmin, Translated):
    list_display = ["name", "key"]
    fields = ("name", "key")
