"""Accounts and groups in the admin: for those who run the system."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from network.actions import remove_second_factors
from network.models import User
from recovery_network.admin_base import (
    Form,
    OurModelAdmin,
    staff,
)
from recovery_network.roles import ROLES

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# Keys of second factors are secrets of their owners, and addresses follow the account.
for hidden in (Authenticator, EmailAddress):
    admin.site.unregister(hidden)


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
