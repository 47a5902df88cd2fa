"""Members in the admin: who waits, who is one; found, filtered, approved, taken out as a list."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from membership import exports
from membership.actions.leaving import admit, decline, leave
from membership.admin.doubles import DoublesPages
from membership.errors import MembershipError
from membership.models import Membership
from network.models import Organisation
from recovery_network.admin_actions import RowAction, ask_then_run
from recovery_network.admin_base import staff
from recovery_network.audit.actions import record
from recovery_network.spreadsheets import csv_response, xlsx_response

MAKE = {"csv": csv_response, "xlsx": xlsx_response}

ADMIT = RowAction(
    name="admit",
    question=gettext_lazy("Approve these?"),
    explanation=gettext_lazy("They are members from now on, and get a mail that says so."),
    button=gettext_lazy("Yes, approve"),
    run=lambda membership, by: admit(membership=membership, by=by),
    refusals=MembershipError,
)
DECLINE = RowAction(
    name="decline",
    question=gettext_lazy("Decline these?"),
    explanation=gettext_lazy(
        "What they wrote is deleted, and they get a mail that says so. Members are left alone."
    ),
    button=gettext_lazy("Yes, decline"),
    run=lambda membership, by: decline(membership=membership, by=by),
    refusals=MembershipError,
)
END = RowAction(
    name="end",
    question=gettext_lazy("End these memberships?"),
    explanation=gettext_lazy("As if they had left themselves: they are deleted, and get a mail."),
    button=gettext_lazy("Yes, end them"),
    run=lambda membership, by: leave(membership=membership, by=by),
    refusals=MembershipError,
)


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("member", gettext_lazy("member")),
            ("waiting", gettext_lazy("waits for an organiser")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"member": False, "waiting": True}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(admitted_at__isnull=wanted)


class OrganisationKindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind of organisation")
    parameter_name = "organisation_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Organisation.Kind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kind = self.value()
        return queryset.filter(organisation__kind=kind) if kind else queryset


@admin.register(Membership)
class MembershipAdmin(DoublesPages):
    list_display = ["name", "email", "kind", "organisation", "state", "is_named", "joined_at"]
    list_filter = (
        *(StateFilter, "kind", OrganisationKindFilter, "interests", "language", "is_named"),
    )
    list_select_related = ("organisation",)
    search_fields = ("name", "email", "organisation__name", "organisation__aliases__name")
    search_help_text = gettext_lazy("Name, address or organisation")
    fields = (
        *("name", "email", "kind", "organisation", "organisation_kind", "language"),
        *("interests", "is_named", "state", "joined_at"),
    )
    readonly_fields = (
        *("email", "kind", "organisation_kind", "interests", "is_named"),
        *("state", "joined_at"),
    )
    actions = ["admit", "decline", "end", "as_csv", "as_xlsx"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People join themselves: what they agree to is theirs to say."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A membership is ended by the verb, which notes it in the consent register."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "organisation":
            kwargs["queryset"] = Organisation.objects.current()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("state"), ordering="admitted_at")
    def state(self, membership: Membership) -> str:
        return _("member") if membership.admitted_at else _("waits for an organiser")

    @admin.action(description=gettext_lazy("Approve"), permissions=["decide"])
    def admit(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, ADMIT)

    @admin.action(description=gettext_lazy("Decline"), permissions=["decide"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, DECLINE)

    @admin.action(description=gettext_lazy("End the membership"), permissions=["decide"])
    def end(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, END)

    @admin.action(description=gettext_lazy("Take out as CSV"), permissions=["view"])
    def as_csv(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase:
        return self.taken_out(request, queryset, "csv")

    @admin.action(description=gettext_lazy("Take out as XLSX"), permissions=["view"])
    def as_xlsx(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase:
        return self.taken_out(request, queryset, "xlsx")

    def taken_out(
        self, request: HttpRequest, queryset: QuerySet[Any], kind: str
    ) -> HttpResponseBase:
        """The log keeps who took the list, and how long it was."""
        rows = Membership.objects.filter(pk__in=queryset.values("pk")).order_by("name", "pk")
        record(
            action="membership.exported",
            by=staff(request),
            object=None,
            format=kind,
            rows=rows.count(),
        )
        return MAKE[kind](_("members"), exports.header(), exports.rows(rows))
