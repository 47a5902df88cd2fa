from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conferences.models import Conference
from network.models import Organisation
from recovery_network.admin_base import SelectFilter
from registrations.models import Need, Registration, Tier


def with_year(title: str, starts_at: datetime) -> str:
    """Tells gatherings of the same name apart, unless the title says the year itself."""
    year = f"{starts_at:%Y}"
    return title if year in title else f"{title} {year}"


class ConferenceFilter(SelectFilter):
    title = gettext_lazy("conference")
    parameter_name = "conference"
    drops = ("tier", "organisation")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = Conference.objects.filter(archived_at=None).values_list("pk", "title", "starts_at")
        return [(str(pk), with_year(title, starts)) for pk, title, starts in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return (
            queryset.filter(conference=number) if (number := as_number(self.value())) else queryset
        )


class ApprovalFilter(SelectFilter):
    """Whom an organiser must answer, those who are registered in another booking too."""

    title = gettext_lazy("approval")
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("awaits", _("awaits an answer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "awaits":
            return queryset
        return queryset.filter(pk__in=Registration.objects.awaiting_approval().values("pk"))


class NamelessFilter(SelectFilter):
    """Places that an organisation reserved and hasn't said for whom."""

    title = gettext_lazy("name")
    parameter_name = "named"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", _("without a name"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(Registration.UNNAMED) if self.value() == "no" else queryset


class TierFilter(SelectFilter):
    title = gettext_lazy("ticket type")
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        tiers = Tier.objects.select_related("conference").order_by(
            "-conference__starts_at", "position"
        )
        conference = as_number(request.GET.get("conference"))
        if conference:
            tiers = tiers.filter(conference=conference)
        return [
            (str(tier.pk), tier.name if conference else f"{tier.name}, {tier.conference.title}")
            for tier in tiers
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(tier=number) if (number := as_number(self.value())) else queryset


class OrganisationFilter(SelectFilter):
    title = gettext_lazy("organisation")
    parameter_name = "organisation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        bookings = Q()
        if conference := as_number(request.GET.get("conference")):
            bookings = Q(bookings__conference=conference)
        found = Organisation.objects.filter(bookings, bookings__isnull=False).distinct()
        return [(str(pk), name) for pk, name in found.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        number = as_number(self.value())
        return queryset.filter(booking__organisation=number) if number else queryset


class NeedsFilter(admin.SimpleListFilter):
    title = gettext_lazy("needs reported")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        reported = Exists(Need.objects.filter(registration=OuterRef("pk")))
        if self.value() == "yes":
            return queryset.filter(reported)
        return queryset.exclude(reported) if self.value() == "no" else queryset


class ArrivedFilter(admin.SimpleListFilter):
    title = gettext_lazy("arrived")
    parameter_name = "arrived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Yes")), ("no", _("No, and has a place"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.exclude(checked_in_at=None)
        missing = queryset.filter(state=Registration.State.CONFIRMED, checked_in_at=None)
        return missing if self.value() == "no" else queryset


def as_number(value: str | None) -> int | None:
    """A primary key out of an address; None for anything that can't be one."""
    known = value and value.isascii() and value.isdigit() and len(value) < 18
    return int(value) if value and known else None
