"""The Conference in the admin with its programme: base of what registrations/admin/conference.py registers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

import conferences.admin
from conferences.models import Conference
from network.models import User
from programme.actions.publishing import publish
from programme.admin import contributors, copying, importing, pasting, plan, publishing
from programme.changes import Change
from programme.forms import PublishForm
from programme.models import ProgrammeVersion
from recovery_network.i18n import in_zone

Page = Callable[[Any, HttpRequest, Conference], HttpResponse]

SEE_CONTRIBUTORS = "programme.view_speakerinvitation"

# Address below the conference's, name, what answers, and the right to open it.
PAGES: tuple[tuple[str, str, Page, str], ...] = (
    ("copy/", "copy", copying.copy_page, "conferences.add_conference"),
    ("programme/", "programme", plan.plan_page, "programme.view_session"),
    ("programme/shift/", "programme_shift", plan.shift_page, "programme.change_session"),
    ("programme/paste/", "programme_paste", pasting.paste_page, "programme.change_session"),
    ("programme/import/", "programme_import", importing.import_page, "programme.change_session"),
    (
        "programme/publish/",
        "programme_publish",
        publishing.publish_page,
        "programme.add_programmeversion",
    ),
    (
        "programme/versions/",
        "programme_versions",
        publishing.versions_page,
        "programme.view_session",
    ),
    ("programme/contributors/", "contributors", contributors.contributors_page, SEE_CONTRIBUTORS),
    ("programme/contributors/one/", "contributor", contributors.review_page, SEE_CONTRIBUTORS),
)


class ConferenceAdmin(conferences.admin.ConferenceAdmin):
    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                f"<path:object_id>/{address}",
                self.admin_site.admin_view(self.programme_page(page, right)),
                name=f"conferences_conference_{name}",
            )
            for address, name, page, right in PAGES
        ] + super().get_urls()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        may = {
            "may_see_programme": request.user.has_perm("programme.view_session"),
            "may_copy": request.user.has_perm("conferences.add_conference"),
        }
        return super().render_change_form(request, {**context, **may}, *args, **kwargs)

    def programme_page(self, page: Page, right: str) -> Callable[..., HttpResponse]:
        """`page` for those with the right to it, speaking of times as they are where it is held."""

        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def answer(request: HttpRequest, object_id: str) -> HttpResponse:
            if not request.user.has_perms(("conferences.view_conference", right)):
                raise PermissionDenied
            conference = self.get_object(request, unquote(object_id))
            if conference is None:
                raise Http404
            with in_zone(conference.time_zone):
                response = page(self, request, conference)
                render = getattr(response, "render", None)
                return render() if render else response

        return answer

    def programme_context(self, request: HttpRequest, conference: Conference) -> dict[str, Any]:
        """What every page about a programme needs."""
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "conference": conference,
            "subtitle": conference.title,
            "may_publish": request.user.has_perm("programme.add_programmeversion"),
            "may_edit": request.user.has_perm("programme.change_session"),
            "may_see_contributors": request.user.has_perm(SEE_CONTRIBUTORS),
        }

    # What an app above puts more into: it may ask whom to tell, and tell them.
    publish_form: type[PublishForm] = PublishForm

    def touched_by(self, changes: list[Change]) -> str:
        """A sentence on who is told of these changes in any case."""
        return ""

    def publish_programme(
        self, *, conference: Conference, by: User, form: PublishForm
    ) -> tuple[ProgrammeVersion, str]:
        """The new version, and a sentence on who is told. Raises ProgrammeError."""
        return publish(conference=conference, by=by, **form.answers()), ""
