"""Conferences and venues in the admin.

The Conference itself is registered by registrations/admin/conference.py, which adds what lies above:
its programme, its ticket types and its overview.
"""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conferences.actions import lock, touch
from conferences.models import (
    Conference,
    ConferenceOrganiser,
    JoinDetails,
    OnTheDay,
    Publication,
    Room,
    Series,
    Venue,
)
from network.models import Organisation
from recovery_network import i18n
from recovery_network.admin_base import (
    Form,
    OurModelAdmin,
    OurStackedInline,
    OurTabularInline,
)
from recovery_network.pictures import remake_picture
from recovery_network.slugs import free_slug

State = Conference.State
MOST_OFFER_HOURS = 60 * 24

# What decides who may come and when; those who only write texts see it and leave it.
DECISIONS = (
    "slug", "starts_at", "ends_at", "time_zone", "capacity", "registration_opens_at", "registration_closes_at",
    "offer_hours", "approval_needed", "cancel_until", "change_until", "substitute_until", "unnamed_until", "no_show_fee", "reminder_days", "published_at", "closed_at", "archived_at",
)  # fmt: skip


def state_in_words(conference: Conference, now: datetime | None = None) -> str:
    """The state that follows from the dates, with the date it follows from."""
    state = conference.state(now or timezone.now())
    with i18n.in_zone(conference.time_zone):
        return reason_of(conference, state)


def reason_of(conference: Conference, state: State) -> str:
    def since(moment: datetime | None) -> dict[str, str]:
        return {"moment": i18n.date_and_clock(moment) if moment else ""}

    if state == State.DRAFT and conference.published_at:
        return _("Draft: it is published %(moment)s.") % since(conference.published_at)
    if state == State.DRAFT:
        return _("Draft: it has no date of publishing, so only staff see it.")
    if state == State.ARCHIVED:
        return _("Archived since %(moment)s: no longer shown.") % since(conference.archived_at)
    if state == State.CANCELLED:
        return _("Cancelled since %(moment)s.") % since(conference.cancelled_at)
    if state == State.HELD:
        return _("Held: it ended %(moment)s.") % since(conference.ends_at)
    if state == State.CLOSED and conference.closed_at:
        return _("Closed by the organiser since %(moment)s.") % since(conference.closed_at)
    if state == State.CLOSED:
        ended = conference.registration_ends_at()
        return _("Registration closed %(moment)s, by its date.") % since(ended)
    if state == State.OPEN:
        ends = conference.registration_ends_at()
        return _("Registration is open until %(moment)s.") % since(ends)
    if conference.registration_opens_at:
        opens = conference.registration_opens_at
        return _("Published; registration opens %(moment)s.") % since(opens)
    return _("Published; registration has no date of opening yet.")


class ShownOnConferences(OurModelAdmin):
    """Rows that visitors read on the pages of conferences: no kept page outlives a change of them."""

    @abstractmethod
    def conferences_showing(self, obj: Any) -> Iterable[Conference]:
        """The conferences on whose pages `obj` stands."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.touch_all(self.conferences_showing(form.instance))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        numbers = [conference.pk for conference in self.conferences_showing(obj)]
        # Read anew: what is deleted loses its number in memory.
        shown = list(Conference.objects.filter(pk__in=numbers))
        super().delete_model(request, obj)
        self.touch_all(shown)

    def touch_all(self, conferences: Iterable[Conference]) -> None:
        for conference in conferences:
            touch(conference)


class RoomInline(OurTabularInline):
    """Of a venue, or of one gathering where it has rooms that no other will use."""

    model = Room
    fields = ("name", "capacity", "accessibility", "position")


@admin.register(Venue)
class VenueAdmin(ShownOnConferences):
    inlines = (RoomInline,)
    list_display = ["name", "street", "postcode", "city", "country"]
    list_filter = ("country",)
    search_fields = ("name", "city")

    def conferences_showing(self, obj: Venue) -> Iterable[Conference]:
        """Those held there, and those that use one of its rooms."""
        here = Q(venue=obj) | Q(sessions__room__venue=obj)
        return Conference.objects.filter(here).distinct()


@admin.register(Series)
class SeriesAdmin(ShownOnConferences):
    list_display = ["title"]
    search_fields = ("title",)
    fields = ("title",)

    def conferences_showing(self, obj: Series) -> Iterable[Conference]:
        return obj.conferences.all() if obj.pk else ()


class ConferenceForm(Form):
    """Organisers may leave the address empty: it is then made from the title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug or "title" not in self.data:
            return slug
        taken = Conference.objects.exclude(pk=self.instance.pk)
        return free_slug(self.data["title"], taken, "slug")

    def clean_hero_image(self) -> Any:
        return remake_picture(self, "hero_image")

    def clean_capacity(self) -> int | None:
        capacity: int | None = self.cleaned_data["capacity"]
        if capacity == 0:
            raise ValidationError(_("Write at least 1, or leave it empty for no limit."))
        return capacity

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        starts, named = found.get("starts_at", self.instance.starts_at), found.get("unnamed_until")
        if starts and named and named >= starts:
            told = _("Everyone must be named before the gathering starts.")
            self.add_error("unnamed_until", told)
        return found

    def clean_offer_hours(self) -> int:
        hours: int = self.cleaned_data["offer_hours"]
        if hours > MOST_OFFER_HOURS:
            raise ValidationError(_("Write at most %(hours)d.") % {"hours": MOST_OFFER_HOURS})
        return hours


class OrganiserInline(OurTabularInline):
    model = ConferenceOrganiser
    fields = ("organisation", "position")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "organisation":
            kwargs["queryset"] = Organisation.objects.current()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PublicationInline(OurTabularInline):
    model = Publication
    fields = ("title", "note", "url", "language", "position")


class JoinDetailsForm(Form):
    def clean(self) -> dict[str, Any]:
        """Another link is told anew to everyone who has been told; a better explanation isn't."""
        found = super().clean() or self.cleaned_data
        if not self.instance.conference.has_digital_room and not found.get("DELETE"):
            raise ValidationError(
                _("The gathering is only in the room. Choose another format, or leave this empty.")
            )
        if self.instance.pk and {"url", "phone_number", "phone_code"} & set(self.changed_data):
            self.instance.version += 1
        return found


class JoinDetailsInline(OurStackedInline):
    model = JoinDetails
    form = JoinDetailsForm
    max_num = 1
    extra = 0
    fields = (
        "url",
        ("phone_number", "phone_code"),
        "help_text",
        ("hours_before", "opens_minutes_before"),
    )


class OnTheDayInline(OurStackedInline):
    model = OnTheDay
    max_num = 1
    fields = (
        ("contact_name", "contact_phone"),
        "quiet_room",
        ("support_name", "support_phone"),
        "support_note",
        "emergency",
    )


class ConferenceAdmin(ShownOnConferences):
    """Base of what registrations/admin/conference.py registers."""

    form = ConferenceForm
    inlines: ClassVar[Any] = [
        OrganiserInline,
        JoinDetailsInline,
        OnTheDayInline,
        PublicationInline,
        RoomInline,
    ]
    list_display = ["title", "starts_at", "state_text", "venue"]
    list_filter = ("kind", "format")
    search_fields = ("title", "slug")
    list_select_related = ("venue",)
    prepopulated_fields = {"slug": ("title",)}
    # Calling off has a page of its own, which tells everyone.
    readonly_fields = ("state_text", "cancelled_at")
    fieldsets = (
        (
            gettext_lazy("What it is"),
            {"fields": ("title", "slug", "kind", "format", "series", "language", "summary")},
        ),
        (
            gettext_lazy("When and where"),
            {"fields": ("starts_at", "ends_at", "time_zone", "venue")},
        ),
        (
            gettext_lazy("Publishing and registration"),
            {
                "fields": (
                    "state_text",
                    "published_at",
                    "registration_opens_at",
                    "registration_closes_at",
                    "closed_at",
                    "cancelled_at",
                    "archived_at",
                )
            },
        ),
        (
            gettext_lazy("Places"),
            {"fields": ("capacity", "approval_needed", "offer_hours", "reminder_days")},
        ),
        (
            gettext_lazy("What people may do themselves"),
            {
                "fields": (
                    *("change_until", "substitute_until", "unnamed_until"),
                    *("cancel_until", "no_show_fee"),
                )
            },
        ),
        (
            gettext_lazy("Texts"),
            {
                "fields": (
                    *("theme", "theme_questions", "about", "target_group", "practical"),
                    "articles",
                )
            },
        ),
        (
            gettext_lazy("Contact"),
            {"fields": ("contact_name", "contact_email", "contact_phone")},
        ),
        (
            gettext_lazy("Picture"),
            {"fields": ("hero_image", "hero_alt", "hero_caption", "hero_photographer")},
        ),
    )

    def conference_id_of(self, obj: Conference) -> int | None:
        return obj.pk

    def conferences_showing(self, obj: Conference) -> Iterable[Conference]:
        """The others of its series tell when and where it is."""
        return [obj, *Conference.objects.filter(series=obj.series_id or 0).exclude(pk=obj.pk)]

    @admin.display(description=gettext_lazy("state"))
    def state_text(self, conference: Conference) -> str:
        if conference.pk is None:
            return _("New: nothing is shown before you give it a date of publishing.")
        return state_in_words(conference)

    def view_on_site(self, obj: Conference) -> str | None:
        return obj.get_absolute_url() if obj.slug else None

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Remembers whether people may have shared its address, before a form writes into it."""
        found = super().get_object(request, *args, **kwargs)
        if found is not None:
            found.address_is_shared = found.state() != State.DRAFT
        return found

    def decides(self, request: HttpRequest) -> bool:
        return request.user.has_perm("conferences.add_conference")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        if not self.decides(request):
            return (*fixed, *DECISIONS)
        return (*fixed, "slug") if getattr(obj, "address_is_shared", False) else fixed

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if "slug" in self.get_readonly_fields(request, obj):
            return {}
        return super().get_prepopulated_fields(request, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Places may change here, so the conference is locked before anything is read (`domain.md` 4)."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_change_permission(request, obj):
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                lock(obj.pk)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except OperationalError:
            busy = _("Nothing was saved: many are registering just now. Try again in a moment.")
            self.message_user(request, busy, messages.ERROR)
            return redirect(request.get_full_path())
