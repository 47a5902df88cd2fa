"""Organisations as their admin shows them.

The Organisation itself is registered by registrations/admin/organisation.py, which can merge two.
"""

from typing import Any

from django.contrib import admin
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network import searching
from network.models import Organisation, OrganisationAlias
from network.validators import clean_number, fold, name_key
from recovery_network.admin_base import Form, LabelledFormSet, OurTabularInline
from recovery_network.audit.models import AuditEvent
from recovery_network.search.editing import SearchedAdmin
from recovery_network.slugs import free_slug


class MergedFilter(admin.SimpleListFilter):
    """Those merged into another are left out until they are asked for."""

    title = gettext_lazy("merged")
    parameter_name = "merged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Merged into another"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("Current")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(merged_into__isnull=self.value() != "yes")


class AddedFilter(admin.SimpleListFilter):
    """Organisations that came with a registration, for someone to look through."""

    title = gettext_lazy("added")
    parameter_name = "added"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("participants", _("By participants, not yet looked at"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "participants":
            return queryset
        events = AuditEvent.objects.filter(
            object_label=Concat(Value("network.organisation:"), Cast(OuterRef("pk"), CharField()))
        )
        return queryset.filter(
            Exists(events.filter(action="organisation.added", actor_id=None)),
            ~Exists(events.filter(action="organisation.changed")),
        )


class OrganisationForm(Form):
    """The database compares names without their spelling; here the refusal gets its sentence."""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        others = Organisation.objects.current().exclude(pk=self.instance.pk)
        if found.get("is_listed") and not found.get("slug") and found.get("name"):
            everyone = Organisation.objects.exclude(pk=self.instance.pk)
            found["slug"] = free_slug(found["name"], everyone)
        found["slug"] = found.get("slug") or None
        if "name" in found and others.filter(name_key=name_key(found["name"])).exists():
            self.add_error(
                "name",
                _("An organisation with this name exists. Add an alias to it instead."),
            )
        number = clean_number(found.get("number", ""))
        if number and others.filter(number=number, country=found.get("country")).exists():
            self.add_error(
                "number", _("Another organisation has this number. Merge the two instead.")
            )
        return found


class AliasFormSet(LabelledFormSet):
    def clean(self) -> None:
        super().clean()
        known = OrganisationAlias.objects.exclude(organisation=self.instance.pk)
        keys = set(known.values_list("name_key", flat=True))
        for form in self.forms:
            name = form.cleaned_data.get("name") if form.is_valid() else None
            if not name or form in self.deleted_forms:
                continue
            if name_key(name) in keys:
                form.add_error("name", _("This name is an alias already."))
            keys.add(name_key(name))


class AliasInline(OurTabularInline):
    model = OrganisationAlias
    formset = AliasFormSet
    fields = ("name",)


class OrganisationAdmin(SearchedAdmin):
    """Base of what registrations/admin/organisation.py registers."""

    form = OrganisationForm
    searched_as = searching.ORGANISATION
    inlines = (AliasInline,)
    list_display = ["name", "kind", "region", "number", "is_listed", "merged_text", "created_at"]
    list_filter = (MergedFilter, AddedFilter, "is_listed", "kind", "country")
    list_select_related = ("merged_into",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name, alias or organisation number")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "kind",
                    "country",
                    "number",
                    "parent",
                    "merged_text",
                    "created_at",
                )
            },
        ),
        (
            gettext_lazy("Its page"),
            {"fields": ("is_listed", "slug", "region", "about", "website")},
        ),
    )
    readonly_fields = ("merged_text", "created_at")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            kwargs["queryset"] = Organisation.objects.current()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        merged = obj is not None and obj.merged_into_id is not None
        return not merged and super().has_change_permission(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(matching(search_term)), False

    @admin.display(description=gettext_lazy("merged into"))
    def merged_text(self, organisation: Organisation) -> str | SafeString:
        target = organisation.merged_into
        if target is None:
            return "–"
        address = reverse("admin:network_organisation_change", args=[target.pk])
        return format_html('<a href="{}">{}</a>', address, target)


def matching(text: str) -> Q:
    """Every word in the name or in an alias, or the number as people write it."""
    wanted = Q()
    for word in fold(text).split():
        alias = OrganisationAlias.objects.filter(
            organisation=OuterRef("pk"), name_key__contains=word
        )
        wanted &= Q(name_key__contains=word) | Q(Exists(alias))
    number = clean_number(text)
    return wanted | Q(number=number) if number else wanted
