"""Members who may be the same, and organisations that may be one; looking and merging."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from membership import doubles
from membership.actions.merging import foresee, merge_memberships
from membership.errors import MembershipError
from membership.models import Membership
from recovery_network.admin_base import OurModelAdmin, staff

MOST_AT_ONCE = 20


class DoublesPages(OurModelAdmin):
    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("membership.change_membership")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"has_decide_permission": self.has_decide_permission(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        asked = require_http_methods(["GET", "HEAD", "POST"])
        name = "membership_membership"
        return [
            path("doubles/", wrap(require_safe(self.doubles_view)), name=f"{name}_doubles"),
            path(
                "doubles/merge/",
                wrap(asked(self.merge_view)),
                name=f"{name}_doubles_merge",
            ),
            *super().get_urls(),
        ]

    def page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        template = f"admin/membership/membership/{name}.html"
        return TemplateResponse(request, template, {**shared, **context})

    def doubles_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_decide_permission(request):
            raise PermissionDenied
        return self.page(
            request,
            "doubles",
            title=_("Find doubles"),
            members=doubles.members_alike(),
            organisations=doubles.organisations_alike(),
            may_merge=request.user.has_perms(
                ("network.delete_organisation", "registrations.change_registration")
            ),
        )

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Choose who stays, see what it does, confirm: plain pages under one address."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        group = self.group(request)
        stays = self.chosen(request, group)
        if request.method == "POST":
            if stays is None:
                raise Http404
            return self.merge(request, group, stays)
        others = [each for each in group if each != stays]
        return self.page(
            request,
            "merge",
            title=_("Merge these members?"),
            group=group,
            stays=stays,
            others=others,
            told=foresee(sources=others, target=stays, by=staff(request)) if stays else [],
        )

    def merge(
        self, request: HttpRequest, group: list[Membership], stays: Membership
    ) -> HttpResponse:
        sources = [each for each in group if each != stays]
        try:
            merge_memberships(sources=sources, target=stays, by=staff(request))
        except MembershipError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except DatabaseError:
            self.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        else:
            self.message_user(request, _("They are one now."), messages.SUCCESS)
        return redirect("admin:membership_membership_doubles")

    def chosen(self, request: HttpRequest, group: list[Membership]) -> Membership | None:
        """Who is to stay. Raises Http404 where it is none of them; None where nobody is chosen yet."""
        number = (request.POST if request.method == "POST" else request.GET).get("stays", "")
        if not number:
            return None
        found = next((each for each in group if str(each.pk) == number), None)
        if found is None:
            raise Http404
        return found

    def group(self, request: HttpRequest) -> list[Membership]:
        """At least two that are there. Raises Http404 for anything else."""
        numbers = (request.POST if request.method == "POST" else request.GET).getlist("one")
        usable = all(each.isascii() and each.isdigit() and len(each) < 18 for each in numbers)
        if not usable or len(numbers) > MOST_AT_ONCE:
            raise Http404
        rows = Membership.objects.select_related("organisation").filter(pk__in=numbers)
        found = list(rows.order_by("pk"))
        if len(found) < 2:
            raise Http404
        return found
