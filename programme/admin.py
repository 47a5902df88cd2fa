from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from conferences.admin import ShownOnConferences, free_slug, remake_picture
from conferences.models import Conference
from programme.models import Contribution, Session, Speaker
from recovery_network.admin_base import Form, LabelledFormSet, OurTabularInline


class SessionFormSet(LabelledFormSet):
    """New sessions get their address from their title."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        session = form.instance
        session.key = free_slug(
            session.title, Session.objects.filter(conference=self.instance), "key"
        )
        return super().save_new(form, commit=commit)


class SessionInline(OurTabularInline):
    """The timetable; description and contributors are edited on the session's own page."""

    model = Session
    formset = SessionFormSet
    fields = ("starts_at", "ends_at", "kind", "title", "location")
    show_change_link = True
    verbose_name_plural = gettext_lazy("programme")


class ContributionInline(OurTabularInline):
    model = Contribution
    fields = ("speaker", "role", "presented_as", "position")


class SessionForm(Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False

    def clean(self) -> dict[str, Any]:
        """Makes the address of a session that was given none."""
        found = super().clean() or self.cleaned_data
        conference = found.get("conference") or getattr(self.instance, "conference", None)
        if "key" in found and not found["key"] and found.get("title") and conference:
            others = Session.objects.filter(conference=conference).exclude(pk=self.instance.pk)
            found["key"] = free_slug(found["title"], others, "key")
        return found


@admin.register(Session)
class SessionAdmin(ShownOnConferences):
    form = SessionForm
    inlines = (ContributionInline,)
    list_display = ("title", "conference", "kind", "starts_at", "ends_at", "location")
    list_filter = ("conference", "kind")
    list_select_related = ("conference",)
    search_fields = ("title", "contributions__speaker__name")
    fields = (
        "conference",
        "kind",
        "title",
        "key",
        "starts_at",
        "ends_at",
        "location",
        "abstract",
        "content_note",
    )

    def conferences_showing(self, obj: Session) -> Iterable[Conference]:
        return [obj.conference]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "conference") if obj else fixed

    def view_on_site(self, obj: Session) -> str | None:
        # A form that was sent without an address leaves the row in memory without one.
        return obj.get_absolute_url() if obj.key and not obj.is_pause() else None


class SpeakerForm(Form):
    def clean_picture(self) -> Any:
        return remake_picture(self, "picture")


@admin.register(Speaker)
class SpeakerAdmin(ShownOnConferences):
    form = SpeakerForm
    list_display = ("name", "title", "affiliation", "sessions_held")
    search_fields = ("name", "affiliation")
    fields = ("name", "title", "affiliation", "biography", "picture", "picture_alt")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        speakers: QuerySet[Speaker] = super().get_queryset(request)
        return speakers.annotate(held=Count("contributions__session", distinct=True))

    @admin.display(description=gettext_lazy("sessions"), ordering="held")
    def sessions_held(self, speaker: Any) -> int:
        count: int = speaker.held
        return count

    def conferences_showing(self, obj: Speaker) -> Iterable[Conference]:
        return Conference.objects.filter(sessions__speakers=obj).distinct()
