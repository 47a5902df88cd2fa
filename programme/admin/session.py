from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conferences.admin import ShownOnConferences
from conferences.models import Conference, Room
from conferences.queries import rooms_for
from programme.actions.days import in_words
from programme.admin.material import MaterialInline
from programme.models import ChoiceBlock, Contribution, Session, Track
from programme.snapshots import state_of_row
from recovery_network.admin_base import Form, LabelledFormSet, OurTabularInline
from recovery_network.slugs import free_slug


def decides_places(request: HttpRequest) -> bool:
    """Whether someone may say who gets a seat where; those who only write texts may not."""
    return request.user.has_perm("conferences.add_conference")


class SessionFormSet(LabelledFormSet):
    """New sessions get their address from their title."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        session = form.instance
        session.key = free_slug(
            session.title, Session.objects.filter(conference=self.instance), "key"
        )
        return super().save_new(form, commit=commit)


class WasField(forms.CharField):
    """How a row was when its form was made; it is never a change of it."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class FreshForm(Form):
    """Of two organisers who change the same session, the second is told what the first has done."""

    was = WasField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["was"] = state_of_row(self.instance)

    def clean(self) -> dict[str, Any]:
        """What was typed stays; saving once more puts it in the place of theirs."""
        found = super().clean() or self.cleaned_data
        if self.instance.pk and found.get("was", "") not in {"", self.initial["was"]}:
            sent: Any = self.data
            self.data = sent.copy()
            sent = self.data
            sent[self.add_prefix("was")] = self.initial["was"]
            raise ValidationError(
                _(
                    "Someone else changed this row meanwhile. Now it is: %(row)s. "
                    "Save once more to put yours in its place."
                )
                % {"row": in_words(self.instance)}
            )
        return found


class SessionInline(OurTabularInline):
    """The timetable; description and contributors are edited on the session's own page."""

    model = Session
    form = FreshForm
    formset = SessionFormSet
    fields = ("starts_at", "ends_at", "kind", "title", "location", "block", "capacity", "was")
    show_change_link = True
    verbose_name_plural = gettext_lazy("programme")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.conference = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "block":
            kwargs["queryset"] = ChoiceBlock.objects.filter(conference=self.conference)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if decides_places(request) else (*fixed, "block", "capacity")


class ContributionInline(OurTabularInline):
    model = Contribution
    fields = ("speaker", "role", "presented_as", "position")


def room_with_owner(room: Room) -> str:
    return f"{room.name} ({room.venue or room.conference})"


class SessionForm(FreshForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False
        if "room" in self.fields:
            self.offer_rooms_and_tracks()
        if "block" in self.fields:
            self.offer_blocks()

    def offer_rooms_and_tracks(self) -> None:
        """Those of its conference; a new session may choose among all, and is told which don't fit."""
        rooms: Any = self.fields["room"]
        tracks: Any = self.fields["track"]
        if self.instance.conference_id:
            rooms.queryset = rooms_for(self.instance.conference)
            tracks.queryset = Track.objects.filter(conference=self.instance.conference_id)
        rooms.label_from_instance = room_with_owner
        tracks.label_from_instance = lambda track: f"{track.name} ({track.conference})"

    def offer_blocks(self) -> None:
        """Blocks and sessions of its conference; a new session is given its block once it has one."""
        blocks: Any = self.fields["block"]
        repeats: Any = self.fields["repeats"]
        conference = self.instance.conference_id
        blocks.queryset = ChoiceBlock.objects.filter(conference=conference)
        others = Session.objects.filter(conference=conference, block__isnull=False, repeats=None)
        repeats.queryset = others.exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        """Makes the address of a session that was given none."""
        found = super().clean() or self.cleaned_data
        conference = found.get("conference") or getattr(self.instance, "conference", None)
        if "key" in found and not found["key"] and found.get("title") and conference:
            others = Session.objects.filter(conference=conference).exclude(pk=self.instance.pk)
            found["key"] = free_slug(found["title"], others, "key")
        return found


class SessionAdmin(ShownOnConferences):
    """Base of what registrations/admin/session.py registers."""

    form = SessionForm
    inlines = (ContributionInline, MaterialInline)
    list_display = ("title", "conference", "kind", "starts_at", "ends_at", "place")
    list_filter = ("conference", "kind")
    list_select_related = ("conference", "room__venue")
    search_fields = ("title", "contributions__speaker__name")
    fields = (
        "conference",
        "kind",
        "title",
        "key",
        "starts_at",
        "ends_at",
        "room",
        "location",
        "track",
        "language",
        "abstract",
        "content_note",
        "block",
        "capacity",
        "repeats",
        "was",
    )

    @admin.display(description=gettext_lazy("place"), ordering="room__position")
    def place(self, session: Session) -> str:
        return session.place()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "room":
            kwargs["queryset"] = Room.objects.select_related("venue", "conference")
        if db_field.name == "track":
            kwargs["queryset"] = Track.objects.select_related("conference")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def conferences_showing(self, obj: Session) -> Iterable[Conference]:
        return [obj.conference]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        if not decides_places(request):
            fixed = (*fixed, "block", "capacity", "repeats")
        return (*fixed, "conference") if obj else fixed

    def view_on_site(self, obj: Session) -> str | None:
        # A form that was sent without an address leaves the row in memory without one.
        return obj.get_absolute_url() if obj.key and not obj.is_pause() else None
