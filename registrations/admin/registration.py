"""Registrations in the admin: found and read here, changed only by the verbs."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from conferences.models import Conference
from network.models import Organisation, OrganisationAlias
from network.validators import fold
from recovery_network.admin_actions import RowAction, ask_then_run
from recovery_network.admin_base import OurModelAdmin, SelectFilter, events_about, staff
from recovery_network.audit.actions import object_label, record
from recovery_network.i18n import money
from recovery_network.mail.models import Mail
from registrations.actions.cancelling import cancel
from registrations.actions.correcting import correct
from registrations.actions.messaging import resend
from registrations.actions.needing import answer_need
from registrations.actions.places import confirm
from registrations.errors import RegistrationError
from registrations.forms.organisers import CorrectionForm, ReasonForm
from registrations.models import Need, Registration, Tier

CONFIRM = RowAction(
    name="confirm_places",
    question=gettext_lazy("Confirm these registrations?"),
    explanation=gettext_lazy(
        "Each gets a place where one is free, and a confirmation by mail. Limits hold here too."
    ),
    button=gettext_lazy("Yes, confirm them"),
    run=lambda registration, by: confirm(registration=registration, by=by),
    refusals=RegistrationError,
)
CANCEL = RowAction(
    name="cancel_places",
    question=gettext_lazy("Cancel these registrations?"),
    explanation=gettext_lazy(
        "Each gets a mail about it. The freed places go to the first in line."
    ),
    button=gettext_lazy("Yes, cancel the registrations"),
    run=lambda registration, by, reason: cancel(registration=registration, by=by, reason=reason),
    refusals=RegistrationError,
    form=ReasonForm,
)
RESEND = RowAction(
    name="resend_mails",
    question=gettext_lazy("Send the mail again?"),
    explanation=gettext_lazy("Each gets the mail that tells how the registration stands."),
    button=gettext_lazy("Yes, send it again"),
    run=lambda registration, by: resend(registration=registration, by=by),
    refusals=RegistrationError,
)


def sees_bookings(request: HttpRequest) -> bool:
    """Whether more than name, organisation, code and state may be shown: not at the door."""
    return request.user.has_perm("registrations.view_booking")


def sees_needs(request: HttpRequest) -> bool:
    return request.user.has_perm("registrations.see_needs")


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


def as_number(value: str | None) -> int | None:
    """A primary key out of an address; None for anything that can't be one."""
    known = value and value.isascii() and value.isdigit() and len(value) < 18
    return int(value) if value and known else None


@admin.register(Registration)
class RegistrationAdmin(OurModelAdmin):
    actions = ("confirm_places", "cancel_places", "resend_mails")
    list_select_related = ("tier", "conference", "booking__organisation")
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

    def may_correct(self, request: HttpRequest) -> bool:
        """Those who run the registrations and see addresses anyway."""
        return self.has_manage_permission(request) and sees_bookings(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the filters we show: others would tell, by what is left, what may not be seen."""
        shown = self.get_list_filter(request)
        return lookup in {
            f"{each}__exact" if isinstance(each, str) else each.parameter_name for each in shown
        }

    def get_list_display(self, request: HttpRequest) -> Any:
        if sees_bookings(request):
            return ("name", "organisation", "tier", "state", "code", "created_at")
        return ("name", "organisation", "state", "code")

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters: tuple[Any, ...] = (ConferenceFilter, "state")
        if sees_bookings(request):
            filters = (ConferenceFilter, TierFilter, "state", OrganisationFilter)
        return (*filters, NeedsFilter) if sees_needs(request) else filters

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not sees_bookings(request):
            return [(None, {"fields": ("name", "organisation", "code", "state")})]
        return [
            (
                None,
                {
                    "fields": (
                        "name",
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
        for word in search_term.split():
            found = Q(code__istartswith=word)
            if folded := fold(word):
                known_as = OrganisationAlias.objects.filter(name_key__contains=folded)
                found |= Q(name_key__contains=folded)
                found |= Q(booking__organisation__name_key__contains=folded)
                found |= Q(booking__organisation__in=known_as.values("organisation"))
            if sees_bookings(request):
                found |= Q(email__icontains=word) | Q(booking__contact_email__icontains=word)
            queryset = queryset.filter(found)
        return queryset, False

    # Doing

    @admin.action(description=gettext_lazy("Confirm"), permissions=["manage"])
    def confirm_places(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, CONFIRM)

    @admin.action(description=gettext_lazy("Cancel the registrations"), permissions=["manage"])
    def cancel_places(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, CANCEL)

    @admin.action(description=gettext_lazy("Send the mail again"), permissions=["manage"])
    def resend_mails(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, RESEND)

    # One registration

    def get_urls(self) -> list[URLPattern]:
        asked = require_http_methods(["GET", "HEAD", "POST"])
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/needs/",
                wrap(asked(self.needs_view)),
                name="registrations_registration_needs",
            ),
            path(
                "<path:object_id>/correct/",
                wrap(asked(self.correct_view)),
                name="registrations_registration_correct",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        registration = context["original"]
        user = request.user
        about = object_label(registration)
        context |= {
            "may_manage": self.has_manage_permission(request),
            "may_correct": self.may_correct(request),
            "may_see_needs": sees_needs(request),
            "mails": Mail.objects.filter(about=about) if user.has_perm("mail.view_mail") else None,
            "events": events_about(registration)
            if user.has_perm("audit.view_auditevent")
            else None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def needs_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What someone needs; that it was opened, and by whom, is in the audit log."""
        if not (sees_needs(request) and self.has_view_permission(request)):
            raise PermissionDenied
        registration = self.get_object(request, unquote(object_id))
        if registration is None:
            raise Http404
        if request.method == "POST":
            return self.answer(request, registration)
        with transaction.atomic():
            record(
                action="needs.opened",
                by=staff(request),
                object=registration,
                conference_id=registration.conference_id,
            )
        context = {
            **self.admin_site.each_context(request),
            "title": _("What %(name)s needs") % {"name": registration.name},
            "opts": self.opts,
            "registration": registration,
            "needs": list(registration.needs.all()),
            "statuses": Need.Status.choices,
            "may_answer": request.user.has_perm("registrations.change_need"),
        }
        return TemplateResponse(request, "admin/registrations/registration/needs.html", context)

    def answer(self, request: HttpRequest, registration: Registration) -> HttpResponse:
        if not request.user.has_perm("registrations.change_need"):
            raise PermissionDenied
        for need in registration.needs.all():
            status = request.POST.get(f"status-{need.pk}", need.status)
            try:
                answer_need(need=need, status=status, by=staff(request))
            except RegistrationError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                break
        else:
            self.message_user(request, _("Saved."), messages.SUCCESS)
        return redirect(request.path)

    def correct_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Name, badge and address of one person, where they were mistyped."""
        if not self.may_correct(request):
            raise PermissionDenied
        registration = self.get_object(request, unquote(object_id))
        if registration is None:
            raise Http404
        typed = request.POST if request.method == "POST" else None
        form = CorrectionForm(typed, registration=registration)
        if form.is_valid() and self.correct(request, registration, form):
            return redirect("admin:registrations_registration_change", registration.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Correct name or address"),
            "subtitle": registration.name,
            "opts": self.opts,
            "registration": registration,
            "form": form,
        }
        return TemplateResponse(request, "admin/registrations/registration/correct.html", context)

    def correct(
        self, request: HttpRequest, registration: Registration, form: CorrectionForm
    ) -> bool:
        """Whether it was done; a refusal stands at its field."""
        try:
            correct(registration=registration, by=staff(request), **form.cleaned_data)
        except RegistrationError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
        else:
            self.message_user(request, _("Saved."), messages.SUCCESS)
            return True
        return False
