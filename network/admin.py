"""Organisations, accounts and groups in the admin.

The Organisation itself is registered by registrations/admin/organisation.py, which can merge two.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from network.actions import remove_second_factors
from network.models import Organisation, OrganisationAlias, User
from network.validators import clean_number, fold, name_key
from recovery_network.admin_base import (
    Form,
    LabelledFormSet,
    OurModelAdmin,
    OurTabularInline,
    staff,
)
from recovery_network.audit.models import AuditEvent
from recovery_network.roles import ROLES

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# Keys of second factors are secrets of their owners, and addresses follow the account.
for hidden in (Authenticator, EmailAddress):
    admin.site.unregister(hidden)


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


class OrganisationAdmin(OurModelAdmin):
    """Base of what registrations/admin/organisation.py registers."""

    form = OrganisationForm
    inlines = (AliasInline,)
    list_display = ["name", "kind", "number", "country", "merged_text", "created_at"]
    list_filter = (MergedFilter, AddedFilter, "kind", "country")
    list_select_related = ("merged_into",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name, alias or organisation number")
    fields = ("name", "kind", "country", "number", "parent", "merged_text", "created_at")
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


class StaffForm(Form):
    """Accounts have no password: people sign in with a code that is sent to them."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.strip().lower()


class FactorFilter(admin.SimpleListFilter):
    title = gettext_lazy("second factor")
    parameter_name = "factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"yes": True, "no": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(has_factor=wanted)


class SuperusersOnly(OurModelAdmin):
    def is_superuser(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_superuser(request) and obj != request.user


@admin.register(User)
class UserAdmin(SuperusersOnly):
    form = StaffForm
    list_display = ["email", "name", "is_staff", "roles", "factor", "is_active", "last_login"]
    list_filter = ("is_staff", "groups", FactorFilter, "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "language", "is_staff", "groups", "is_superuser", "is_active")
    readonly_fields = ("factor", "last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        keys = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
        users = super().get_queryset(request).annotate(has_factor=Exists(keys))
        found: QuerySet[User] = users.prefetch_related("groups")
        return found

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return (*fields, "factor", "last_login", "date_joined") if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        # Nobody locks themselves out.
        own = ("is_staff", "is_superuser", "is_active") if obj == request.user else ()
        return (*fixed, *own)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True}

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            field.help_text = _("What each group may do stands under Groups.")
        return field

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
            told = _("Tell %(name)s to sign in with this address. A code is sent to it.")
            self.message_user(request, told % {"name": obj}, messages.INFO)
        super().save_model(request, obj, form, change)
        # allauth lets people in by every address it keeps: a former one must not stay among them.
        EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    @admin.display(description=gettext_lazy("groups"))
    def roles(self, user: User) -> str:
        return ", ".join(role_label(group.name) for group in user.groups.all()) or "–"

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def factor(self, user: Any) -> bool:
        return bool(user.has_factor)

    def get_urls(self) -> list[URLPattern]:
        reset = require_http_methods(["GET", "HEAD", "POST"])(self.reset_view)
        return [
            path(
                "<int:pk>/second-factor/",
                self.admin_site.admin_view(reset),
                name="network_user_second_factor",
            ),
            *super().get_urls(),
        ]

    def reset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For someone whose phone is lost: they set up a new second factor when they next sign in."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = self.get_object(request, str(pk))
        if user is None:
            raise Http404
        if request.method == "POST":
            remove_second_factors(user=user, by=staff(request))
            self.message_user(request, _("The second factor is removed."), messages.SUCCESS)
            return redirect("admin:network_user_change", user.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Remove the second factor?"),
            "opts": self.opts,
            "account": user,
        }
        return TemplateResponse(request, "admin/network/user/second_factor.html", context)


def role_label(name: str) -> str:
    return str(ROLES[name].label) if name in ROLES else name


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(SuperusersOnly):
    """What each group may do; the groups follow from the code (recovery_network/roles.py)."""

    list_display = ["label", "does"]
    fields = ("label", "does", "rights")
    readonly_fields = ("label", "does", "rights")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("group"), ordering="name")
    def label(self, group: Group) -> str:
        return role_label(group.name)

    @admin.display(description=gettext_lazy("what it does"))
    def does(self, group: Group) -> str:
        return str(ROLES[group.name].does) if group.name in ROLES else "–"

    @admin.display(description=gettext_lazy("rights"))
    def rights(self, group: Group) -> SafeString:
        held = group.permissions.select_related("content_type")
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((right.name,) for right in held))
        )
