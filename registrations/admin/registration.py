"""Registrations in the admin: found and read here, changed only by the verbs."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recovery_network.admin_actions import MOST_ROWS, ask_then_run
from recovery_network.admin_base import events_about
from recovery_network.audit.actions import object_label
from recovery_network.i18n import money
from recovery_network.mail.models import Mail
from registrations.actions.approving import one_of_each
from registrations.admin.correcting import CorrectionPage
from registrations.admin.deciding import DecidingPages
from registrations.admin.filters import (
    ApprovalFilter,
    ArrivedFilter,
    ConferenceFilter,
    NamelessFilter,
    NeedsFilter,
    OrganisationFilter,
    TierFilter,
)
from registrations.admin.needs import NeedsPage
from registrations.admin.row_actions import (
    APPROVE,
    CANCEL,
    CHECK_IN,
    CONFIRM,
    DECLINE,
    MOVE,
    RESEND,
    UNDO_CHECK_IN,
)
from registrations.admin.seeing import may_run, sees_bookings, sees_needs
from registrations.admin.undo import UndoPage
from registrations.explaining import why_waiting
from registrations.finding import matching
from registrations.forms.places import bulk_move_form
from registrations.models import Registration, Tier

State = Registration.State


def answerable(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """One of each party that gets one answer: the others would be refused as answered already."""
    rows = list(queryset.select_related("booking")[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        return queryset
    return queryset.filter(pk__in=[each.pk for each in one_of_each(rows)])


@admin.register(Registration)
class RegistrationAdmin(NeedsPage, CorrectionPage, DecidingPages, UndoPage):
    actions = (
        "approve_places",
        "decline_places",
        "confirm_places",
        "cancel_places",
        "move_places",
        "resend_mails",
        "check_in",
        "undo_check_in",
    )
    list_select_related = ("tier", "conference", "booking__organisation", "companion_of")
    search_help_text = gettext_lazy("Name, organisation or code")
    search_fields = ("name",)
    ordering = ("name_key", "pk")

    # What each may see

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registrations.change_registration")

    def has_check_in_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registrations.check_in")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the filters we show: others would tell, by what is left, what may not be seen."""
        shown = self.get_list_filter(request)
        return lookup in {
            f"{each}__exact" if isinstance(each, str) else each.parameter_name for each in shown
        }

    def get_list_display(self, request: HttpRequest) -> Any:
        if sees_bookings(request):
            return ("who", "organisation", "tier", "state", "code", "created_at", "checked_in_at")
        return ("who", "organisation", "state", "code", "checked_in_at")

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters: tuple[Any, ...] = (ConferenceFilter, "state", ArrivedFilter)
        if sees_bookings(request):
            filters = (
                ConferenceFilter,
                TierFilter,
                "state",
                ApprovalFilter,
                NamelessFilter,
                ArrivedFilter,
                OrganisationFilter,
            )
        return (*filters, NeedsFilter) if sees_needs(request) else filters

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not sees_bookings(request):
            return [(None, {"fields": ("who", "organisation", "code", "state", "checked_in_at")})]
        return [
            (
                None,
                {
                    "fields": (
                        "who",
                        "badge_name",
                        "email",
                        "organisation",
                        "code",
                        "state",
                        "waiting_for",
                    )
                },
            ),
            (
                gettext_lazy("Place"),
                {
                    "fields": (
                        "conference",
                        "tier",
                        "price_text",
                        "created_at",
                        "confirmed_at",
                        "waiting_since",
                        "offer_expires_at",
                        "cancelled_at",
                        "declined_at",
                        "checked_in_at",
                    )
                },
            ),
            (
                gettext_lazy("Booking"),
                {
                    "fields": (
                        "booking_link",
                        "contact",
                        "language",
                        "invoice_reference",
                        # That someone agreed to having needs stored tells that they have some.
                        *(["consents_text"] if sees_needs(request) else []),
                    )
                },
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            field for _name, part in self.get_fieldsets(request, obj) for field in part["fields"]
        ]

    @admin.display(description=gettext_lazy("name"), ordering="name_key")
    def who(self, registration: Registration) -> str:
        return registration.shown_name

    @admin.display(description=gettext_lazy("organisation"), ordering="booking__organisation__name")
    def organisation(self, registration: Registration) -> str:
        return str(registration.booking.organisation or "–")

    @admin.display(description=gettext_lazy("price"))
    def price_text(self, registration: Registration) -> str:
        return capfirst(money(registration.price))

    @admin.display(description=gettext_lazy("booking"))
    def booking_link(self, registration: Registration) -> SafeString:
        booking = registration.booking
        address = reverse("admin:registrations_booking_change", args=[booking.pk])
        return format_html('<a href="{}">{}</a>', address, booking.key)

    @admin.display(description=gettext_lazy("contact person"))
    def contact(self, registration: Registration) -> str:
        return f"{registration.booking.contact_name}, {registration.booking.contact_email}"

    @admin.display(description=gettext_lazy("language"))
    def language(self, registration: Registration) -> str:
        return registration.booking.get_language_display()

    @admin.display(description=gettext_lazy("invoice reference"))
    def invoice_reference(self, registration: Registration) -> str:
        return registration.booking.invoice_reference or "–"

    @admin.display(description=gettext_lazy("consents"))
    def consents_text(self, registration: Registration) -> SafeString | str:
        rows = [
            (consent.get_purpose_display(), consent.version)
            for consent in registration.consents.all()
        ]
        return format_html_join(", ", "{} ({})", rows) or "–"

    # Finding

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Every word in the name, the organisation or its aliases, or as the beginning of the code."""
        bookings = sees_bookings(request)
        return matching(queryset, search_term, addresses=bookings), False

    # Doing

    @admin.action(description=gettext_lazy("Approve"), permissions=["manage"])
    def approve_places(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, answerable(queryset), APPROVE)

    @admin.action(description=gettext_lazy("Don't approve"), permissions=["manage"])
    def decline_places(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, answerable(queryset), DECLINE)

    @admin.action(description=gettext_lazy("Confirm"), permissions=["manage"])
    def confirm_places(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, CONFIRM)

    @admin.action(description=gettext_lazy("Cancel the registrations"), permissions=["manage"])
    def cancel_places(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, CANCEL)

    @admin.action(description=gettext_lazy("Move to another kind of place"), permissions=["manage"])
    def move_places(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        conferences = set(queryset.order_by().values_list("conference", flat=True)[:1000])
        if len(conferences) != 1:
            told = _("Choose people of one gathering at a time.")
            self.message_user(request, told, messages.ERROR)
            return None
        form = bulk_move_form(Tier.objects.filter(conference__in=conferences))
        return ask_then_run(self, request, queryset, replace(MOVE, form=form))

    @admin.action(description=gettext_lazy("Send the mail again"), permissions=["manage"])
    def resend_mails(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, RESEND)

    @admin.action(description=gettext_lazy("Mark as arrived"), permissions=["check_in"])
    def check_in(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, CHECK_IN)

    @admin.action(description=gettext_lazy("Mark as not arrived"), permissions=["check_in"])
    def undo_check_in(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, UNDO_CHECK_IN)

    # One registration

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        registration = context["original"]
        user = request.user
        about = object_label(registration)
        context |= {
            "may_manage": self.has_manage_permission(request),
            "may_correct": may_run(request),
            "awaits_answer": registration.shown_state in {State.PENDING, State.DECLINED},
            "may_check_in": self.has_check_in_permission(request),
            "may_see_needs": sees_needs(request),
            "waiting": why_waiting(registration) if sees_bookings(request) else None,
            "mails": Mail.objects.filter(about=about) if user.has_perm("mail.view_mail") else None,
            "events": events_about(registration)
            if user.has_perm("audit.view_auditevent")
            else None,
        }
        return super().render_change_form(request, context, *args, **kwargs)
