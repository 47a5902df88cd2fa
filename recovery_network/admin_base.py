"""What all our admin pages share: audited changes, one input for date and time, labels on every cell."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import IntegrityError, OperationalError, models
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recovery_network.audit.actions import object_label, record
from recovery_network.audit.models import AuditEvent

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    StackedInline = admin.StackedInline[Any, Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
    Form = forms.ModelForm[Any]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    StackedInline = admin.StackedInline
    InlineFormSet = BaseInlineFormSet
    Form = forms.ModelForm

EVENTS_SHOWN = 100


def staff(request: HttpRequest) -> Any:
    """The account behind a page that only staff reach. Its type is above this module."""
    assert request.user.is_authenticated
    return request.user


class MomentInput(forms.DateTimeInput):
    """The browser's own input for date and time: one field with one label, and no script."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, datetime):
            return value or None
        # Seconds are shown only where there are some, so that saving unseen doesn't cut them off.
        return value.strftime("%Y-%m-%dT%H:%M:%S" if value.second else "%Y-%m-%dT%H:%M")


OVERRIDES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput},
    models.URLField: {"assume_scheme": "https"},
}


class OurModelAdmin(ModelAdmin):
    """Every change is written to the audit log, as names of fields and never as values.

    Django's own log isn't used: it keeps what rows are called, and rows of participants are called by
    their names.
    """

    formfield_overrides = OVERRIDES
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site: Any = False

    def conference_id_of(self, obj: Any) -> int | None:
        """The conference under which the audit log files a change of `obj`."""
        found: int | None = getattr(obj, "conference_id", None)
        return found

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (IntegrityError, OperationalError):
            if request.method != "POST":
                raise
            self.message_user(
                request,
                _("Nothing was saved: someone else was changing the same. Try again."),
                messages.ERROR,
            )
            return redirect(request.get_full_path())

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(number.isascii() and number.isdigit() and len(number) < 18 for number in chosen):
            raise SuspiciousOperation("A chosen row has no number.")
        return super().response_action(request, queryset, *args, **kwargs)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        return {"fields": [] if add else form.changed_data} | {
            formset.model._meta.model_name: rows
            for formset in formsets or []
            if (rows := changes_of(formset))
        }

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self.audit(request, obj, "added", message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self.audit(request, obj, "changed", message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return [self.audit(request, obj, "deleted", {}) for obj in queryset]

    def audit(self, request: HttpRequest, obj: Any, verb: str, changes: Any) -> AuditEvent:
        return record(
            action=f"{obj._meta.model_name}.{verb}",
            by=staff(request),
            object=obj,
            conference_id=self.conference_id_of(obj),
            **({"changes": changes} if changes else {}),
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined, no-any-return]
                request, self.opts, object_id
            )
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(what)s") % {"what": capfirst(str(self.opts.verbose_name))},
            "subtitle": str(obj),
            "opts": self.opts,
            "object": obj,
            "events": events_about(obj),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


def changes_of(formset: Any) -> dict[str, Any]:
    """How many rows came and went, and which fields changed in the others."""
    fields = sorted({name for _row, names in formset.changed_objects for name in names})
    counts = {
        "added": len(formset.new_objects),
        "deleted": len(formset.deleted_objects),
        "changed": len(formset.changed_objects),
    }
    return {name: count for name, count in counts.items() if count} | (
        {"fields": fields} if fields else {}
    )


@dataclass(frozen=True)
class Told:
    """An event in words."""

    event: AuditEvent
    what: str


def events_about(obj: models.Model) -> list[Told]:
    """What happened to `obj`, the newest first."""
    events = AuditEvent.objects.filter(object_label=object_label(obj))[:EVENTS_SHOWN]
    return [Told(event, what_happened(event.action)) for event in events]


def what_happened(action: str) -> str:
    """ "registration.offer_lapsed" in words; an action that nobody has put into words as it is."""
    words = WORDS.get(action) or WORDS.get(action.rpartition(".")[2])
    return action if words is None else str(words)


WORDS = {
    "added": gettext_lazy("Added"),
    "changed": gettext_lazy("Changed"),
    "deleted": gettext_lazy("Deleted"),
    "registered": gettext_lazy("Registered"),
    "waiting": gettext_lazy("Put on the waiting list"),
    "link_replaced": gettext_lazy("New link for those invited"),
    "pending": gettext_lazy("Registered, awaiting approval"),
    "approved": gettext_lazy("Approved"),
    "declined": gettext_lazy("Not approved"),
    "confirmed": gettext_lazy("Place confirmed"),
    "offered": gettext_lazy("Place offered"),
    "offer_accepted": gettext_lazy("Offer accepted"),
    "offer_declined": gettext_lazy("Offer declined"),
    "offer_lapsed": gettext_lazy("Offer lapsed"),
    "cancelled": pgettext_lazy("registration", "Cancelled"),
    "mail.cancelled": pgettext_lazy("mail", "Cancelled"),
    "copied": gettext_lazy("Copied from another"),
    "published": gettext_lazy("Programme published"),
    "restored": gettext_lazy("Earlier programme brought back"),
    "edited": gettext_lazy("Programme edited"),
    "moved": gettext_lazy("Sessions moved"),
    "called_off": gettext_lazy("Gathering called off"),
    "conference.moved": gettext_lazy("Told of a new time or place"),
    "corrected": gettext_lazy("Name or address corrected"),
    "handed_over": gettext_lazy("Handed over to a colleague"),
    "taken_back": gettext_lazy("Cancellation taken back"),
    "address_asked": gettext_lazy("New address asked for"),
    "checked_in": gettext_lazy("Marked as arrived"),
    "check_in_undone": gettext_lazy("Marked as not arrived"),
    "sending": gettext_lazy("Sent to those it is for"),
    "tested": gettext_lazy("Sent to the writer as a test"),
    "registration.moved": gettext_lazy("Moved to another kind of place"),
    "put_first": gettext_lazy("Put first in line"),
    "limit.raised": gettext_lazy("Limit raised"),
    "registration.restored": gettext_lazy("Put back as it was"),
    "limit.restored": gettext_lazy("Raised limit taken back"),
    "mail_resent": gettext_lazy("Mail sent again"),
    "merged": gettext_lazy("Merged with another"),
    "exported": gettext_lazy("List of registrations taken out"),
    "imported": gettext_lazy("Registrations imported from a spreadsheet"),
    "opened": gettext_lazy("Needs opened"),
    "answered": gettext_lazy("Need answered"),
    "seat.taken": gettext_lazy("Workshop chosen"),
    "seat.moved": gettext_lazy("Workshop changed"),
    "seat.waiting": gettext_lazy("Put in line for a workshop"),
    "seat.wished": gettext_lazy("Workshop wished"),
    "seat.left": gettext_lazy("Workshop given up"),
    "seat.moved_up": gettext_lazy("Got a seat that was waited for"),
    "session.called_off": gettext_lazy("Workshop called off"),
    "workshops.exported": gettext_lazy("Lists of the workshops taken out"),
    "programme.imported": gettext_lazy("Schedule brought into the draft"),
    "reported": gettext_lazy("Needs told anew"),
    "second_factor_removed": gettext_lazy("Second factor removed"),
    "newsletter.subscribed": gettext_lazy("Subscribed"),
    "newsletter.unsubscribed": gettext_lazy("Unsubscribed"),
    "newsletter.stopped": gettext_lazy("Stopped"),
    "newsletter.lifted": gettext_lazy("Lifted"),
    "letter.tested": gettext_lazy("Sent to the writer as a test"),
    "letter.scheduled": gettext_lazy("Given its time"),
    "letter.taken_back": gettext_lazy("Made a draft again"),
    "letter.sending": gettext_lazy("Begun to be sent"),
    "membership.joined": gettext_lazy("Joined"),
    "membership.admitted": gettext_lazy("Approved by an organiser"),
    "membership.declined": gettext_lazy("Declined by an organiser"),
    "membership.ended": gettext_lazy("Left"),
    "membership.merged": gettext_lazy("Merged with another"),
    "followed": gettext_lazy("Given the address of a membership that stays"),
    "registration.double": gettext_lazy("Registered in another booking as well"),
    "membership.exported": gettext_lazy("List of members taken out"),
}


class LabelledFormSet(InlineFormSet):
    """Names every input of a table for those who can't see its column head."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = "" if index is None else f" {index + 1}"
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs["aria-label"] = f"{capfirst(str(field.label))}{row}"


class OurTabularInline(TabularInline):
    formset = LabelledFormSet
    formfield_overrides = OVERRIDES
    extra = 1
    view_on_site = False


class OurStackedInline(StackedInline):
    formfield_overrides = OVERRIDES
    extra = 0
    view_on_site = False


class SelectFilter(admin.SimpleListFilter):
    """A filter with many choices, as a select with a button; `drops` names filters that follow from it."""

    template = "admin/select_filter.html"
    drops: tuple[str, ...] = ()
    kept: dict[str, str]

    def choices(self, changelist: Any) -> Any:
        name = str(self.parameter_name)
        gone = {name, *self.drops}
        self.kept = {key: value for key, value in changelist.params.items() if key not in gone}
        chosen = str(self.value() or "")
        options = [("", _("All")), *self.lookup_choices]
        return [
            {"value": value, "display": display, "selected": str(value) == chosen}
            for value, display in options
        ]
