from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from conferences.admin import ShownOnConferences
from conferences.models import Conference
from programme.models import Speaker
from recovery_network.admin_base import Form
from recovery_network.pictures import remake_picture


class SpeakerForm(Form):
    def clean_picture(self) -> Any:
        return remake_picture(self, "picture")


@admin.register(Speaker)
class SpeakerAdmin(ShownOnConferences):
    form = SpeakerForm
    list_display = ("name", "title", "affiliation", "sessions_held")
    search_fields = ("name", "affiliation")
    fields = ("name", "email", "title", "affiliation", "biography", "picture", "picture_alt")

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Addresses are for those who write to contributors."""
        return None if request.user.has_perm("programme.view_speakerinvitation") else ("email",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = self.get_exclude(request, obj) or ()
        return [name for name in self.fields or () if name not in hidden]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        speakers: QuerySet[Speaker] = super().get_queryset(request)
        return speakers.annotate(held=Count("contributions__session", distinct=True))

    @admin.display(description=gettext_lazy("sessions"), ordering="held")
    def sessions_held(self, speaker: Any) -> int:
        count: int = speaker.held
        return count

    def conferences_showing(self, obj: Speaker) -> Iterable[Conference]:
        return Conference.objects.filter(sessions__speakers=obj).distinct()
