from django.contrib import admin

from network import searching
from network.admin.news import SluggedForm
from network.models import Hub, HubMember, Milestone, SteeringSeat
from recovery_network.admin_base import OurModelAdmin, OurTabularInline
from recovery_network.search.editing import SearchedAdmin


class HubMemberInline(OurTabularInline):
    model = HubMember
    fields = ("organisation", "position")


class MilestoneInline(OurTabularInline):
    model = Milestone
    fields = ("period", "text", "position")


@admin.register(Hub)
class HubAdmin(SearchedAdmin):
    form = SluggedForm
    searched_as = searching.HUB
    inlines = (HubMemberInline, MilestoneInline)
    list_display = ["name", "language", "is_public"]
    search_fields = ("name",)
    fields = ("name", "lead", "about", "tasks", "partners", "language", "is_public", "slug")


@admin.register(SteeringSeat)
class SteeringSeatAdmin(OurModelAdmin):
    list_display = ["organisation", "person", "role", "starts_on", "ends_on"]
    list_filter = ("role",)
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "person")
    fields = ("organisation", "person", "person_agreed", "role", "starts_on", "ends_on", "position")
