"""The Conference in the admin, with all that belongs to it: the only app that may know the whole is this one."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from conferences import admin as conferences_admin
from conferences.admin import state_in_words
from conferences.models import Conference
from network.models import User
from programme.admin import BlockInline, TrackInline
from programme.admin.conference import ConferenceAdmin as ProgrammeConferenceAdmin
from programme.changes import Change
from programme.forms import PublishForm
from programme.models import ProgrammeVersion
from recovery_network.admin_base import Form, InlineFormSet, OurStackedInline, staff
from recovery_network.slugs import free_slug
from registrations.actions.announcing import number_touched, publish_and_tell
from registrations.actions.calling_off import call_off, check_may_be_called_off
from registrations.actions.moving import untold
from registrations.actions.places import refill
from registrations.admin.cost import CancellationRuleInline
from registrations.admin.door import DoorPage
from registrations.admin.exporting import ExportPage
from registrations.admin.importing import ImportPages
from registrations.admin.invitation_links import InvitationLinksPage
from registrations.admin.moving import MovePages
from registrations.admin.needs_board import NeedKindInline, NeedsBoard
from registrations.admin.seeing import may_run
from registrations.admin.session import WorkshopInline
from registrations.admin.workshops import WORKSHOP_RIGHTS, WorkshopPages
from registrations.errors import RegistrationError
from registrations.forms.organisers import CallOffForm
from registrations.forms.programme import PublishAndTellForm
from registrations.models import Need, Tier
from registrations.overview import DOOR_RIGHTS, OVERVIEW_RIGHTS, overview_of

CALL_OFF_RIGHTS = ("conferences.change_conference", "registrations.change_registration")
NAMES = ("name_nb", "name_nn", "name_da", "name_en")


class TierForm(Form):
    """A ticket type needs a name in one language; what is missing is shown in another."""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not any(found.get(name) for name in NAMES):
            raise ValidationError({"name_nb": _("Write the name in at least one language.")})
        return found


class TierFormSet(InlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        tier = form.instance
        if "DELETE" in form.fields and tier.pk and tier.registrations.exists():
            form.fields["DELETE"].disabled = True  # someone holds, or held, a place of this kind

    def save_new(self, form: Any, commit: bool = True) -> Any:
        name = next(found for field in NAMES if (found := form.cleaned_data.get(field)))
        taken = Tier.objects.filter(conference=self.instance)
        form.instance.key = free_slug(name, taken, "key", most=40)
        return super().save_new(form, commit=commit)


class TierInline(OurStackedInline):
    model = Tier
    form = TierForm
    formset = TierFormSet
    extra = 1
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name_nb",
                    "name_nn",
                    "name_da",
                    "name_en",
                    ("price", "position"),
                    ("capacity", "limit_per_organisation"),
                    ("organisation_required", "no_organisation_capacity"),
                    ("opens_at", "closes_at"),
                    "invitation_only",
                    ("beyond_limit", "overflow_tier"),
                )
            },
        ),
        (
            gettext_lazy("Who it is for"),
            {
                "fields": ("audience_nb", "audience_nn", "audience_da", "audience_en"),
                "classes": ("collapse",),
            },
        ),
        (
            gettext_lazy("VAT"),
            {"fields": (("vat_category", "vat_rate"),), "classes": ("collapse",)},
        ),
    )

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.conference = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "overflow_tier":
            kwargs["queryset"] = Tier.objects.filter(conference=self.conference)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def refusal_of(conference: Conference) -> str:
    """Why it can't be called off, in words; empty where it can."""
    try:
        check_may_be_called_off(conference, timezone.now())
    except RegistrationError as refusal:
        return str(refusal)
    return ""


@admin.register(Conference)
class ConferenceAdmin(
    DoorPage,
    NeedsBoard,
    MovePages,
    WorkshopPages,
    InvitationLinksPage,
    ImportPages,
    ExportPage,
    ProgrammeConferenceAdmin,
):
    inlines = [
        conferences_admin.OrganiserInline,
        TierInline,
        conferences_admin.JoinDetailsInline,
        conferences_admin.OnTheDayInline,
        conferences_admin.PublicationInline,
        CancellationRuleInline,
        NeedKindInline,
        conferences_admin.RoomInline,
        TrackInline,
        BlockInline,
        WorkshopInline,
    ]
    list_display = ["title", "starts_at", "state_text", "venue", "overview_link"]

    publish_form = PublishAndTellForm

    def touched_by(self, changes: list[Change]) -> str:
        count = number_touched(changes)
        text = ngettext(
            "%(count)d person has chosen a session that changes, and is told by mail.",
            "%(count)d people have chosen a session that changes, and are told by mail.",
            count,
        )
        return text % {"count": count} if count else ""

    def publish_programme(
        self, *, conference: Conference, by: User, form: PublishForm
    ) -> tuple[ProgrammeVersion, str]:
        version, told = publish_and_tell(conference=conference, by=by, **form.answers())
        text = ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", told)
        return version, text % {"count": told} if told else ""

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if request.user.has_perms(OVERVIEW_RIGHTS) else shown[:-1]

    @admin.display(description=gettext_lazy("overview"))
    def overview_link(self, conference: Conference) -> SafeString:
        return format_html(
            '<a href="{}" aria-label="{}">{}</a>',
            reverse("admin:conferences_conference_overview", args=[conference.pk]),
            _("Overview of %(title)s") % {"title": conference.title},
            _("Overview"),
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # More places, a later deadline or fewer limits may be what somebody has waited for.
        refill(conference_id=form.instance.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        may = {
            "may_see_overview": request.user.has_perms(OVERVIEW_RIGHTS),
            "may_check_in": request.user.has_perms(DOOR_RIGHTS),
            "may_run": may_run(request),
            "may_write": may_run(request) and request.user.has_perm("registrations.add_message"),
            "has_invited": may_run(request)
            and Tier.objects.filter(conference=context["original"], invitation_only=True).exists(),
            "may_see_workshops": request.user.has_perms(WORKSHOP_RIGHTS),
        }
        return super().render_change_form(request, {**context, **may}, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/overview/",
                wrap(require_safe(self.overview_view)),
                name="conferences_conference_overview",
            ),
            path(
                "<path:object_id>/call-off/",
                wrap(require_http_methods(["GET", "HEAD", "POST"])(self.call_off_view)),
                name="conferences_conference_call_off",
            ),
            *super().get_urls(),
        ]

    def conference_or_404(self, request: HttpRequest, object_id: str) -> Conference:
        """The conference for those who may see its registrations with their bookings; 403 or 404 otherwise."""
        if not request.user.has_perms(("conferences.view_conference", *OVERVIEW_RIGHTS)):
            raise PermissionDenied
        found: Conference | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def overview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        conference = self.conference_or_404(request, object_id)
        overview = overview_of(
            conference,
            needs=request.user.has_perm("registrations.see_needs"),
            mails=request.user.has_perm("mail.view_mail"),
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Overview"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "state": state_in_words(conference),
            "overview": overview,
            "is_moved": untold(conference) is not None,
            "chart": overview.chart,
            "statuses": [status.label for status in Need.Status],
            "may_call_off": request.user.has_perms(CALL_OFF_RIGHTS) and not refusal_of(conference),
        }
        return TemplateResponse(request, "admin/conferences/conference/overview.html", context)

    def call_off_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Says what it does and how many are told, and asks for the organiser's own words."""
        conference = self.conference_or_404(request, object_id)
        if not request.user.has_perms(CALL_OFF_RIGHTS):
            raise PermissionDenied
        form = CallOffForm(request.POST if request.method == "POST" else None)
        if refusal := refusal_of(conference):
            self.message_user(request, refusal, messages.ERROR)
        elif not form.is_valid() or not self.call_off(request, conference, form):
            context = {
                **self.admin_site.each_context(request),
                "title": _("Call off the gathering"),
                "subtitle": conference.title,
                "opts": self.opts,
                "conference": conference,
                "people": conference.registrations.active().count(),
                "form": form,
            }
            return TemplateResponse(request, "admin/conferences/conference/call_off.html", context)
        return redirect("admin:conferences_conference_overview", conference.pk)

    def call_off(self, request: HttpRequest, conference: Conference, form: CallOffForm) -> bool:
        """Whether it was done; a refusal stands in the form."""
        try:
            told = call_off(conference=conference, by=staff(request), **form.cleaned_data)
        except RegistrationError as refusal:
            form.add_error(None, str(refusal))
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
        else:
            text = ngettext(
                "The gathering is called off. %(count)d mail is on its way.",
                "The gathering is called off. %(count)d mails are on their way.",
                told,
            )
            self.message_user(request, text % {"count": told}, messages.SUCCESS)
            return True
        return False
