from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recovery_network.admin_actions import RowAction, ask_then_run
from recovery_network.admin_base import OurModelAdmin
from recovery_network.mail import actions, kinds, outbox, preview
from recovery_network.mail.errors import MailError
from recovery_network.mail.forms import WordingForm
from recovery_network.mail.models import Mail, Wording

REQUEUE = RowAction(
    name="requeue",
    question=gettext_lazy("Send these mails again?"),
    explanation=gettext_lazy(
        "Each is sent as it was written. Those that were not given up are left alone."
    ),
    button=gettext_lazy("Yes, send again"),
    run=lambda mail, by: actions.requeue(mail=mail, by=by),
    refusals=MailError,
)
CANCEL = RowAction(
    name="cancel",
    question=gettext_lazy("Cancel these mails?"),
    explanation=gettext_lazy("They are never sent. Those that no longer wait are left alone."),
    button=gettext_lazy("Yes, cancel the mails"),
    run=lambda mail, by: actions.cancel(mail=mail, by=by),
    refusals=MailError,
)


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.name, kind.label) for kind in kinds.every()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mail]) -> QuerySet[Mail]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Mail)
class MailAdmin(OurModelAdmin):
    """Nobody writes or changes a mail here; what was given up is sent again, what waits is cancelled."""

    list_display = ["created_at", "kind_label", "recipient", "state", "attempts", "error"]
    list_filter = ["state", KindFilter, "created_at"]
    search_fields = ["recipient", "about"]
    search_help_text = gettext_lazy("Search for a recipient's address")
    show_facets = ShowFacets.NEVER
    actions = ["requeue", "cancel"]
    change_form_template = "admin/mail/mail_form.html"
    fieldsets = [
        (None, {"fields": ["kind_label", "recipient", "language", "state", "about"]}),
        (gettext_lazy("Words"), {"fields": ["subject", "attachments"]}),
        (
            gettext_lazy("Delivery"),
            {
                "fields": [
                    ("created_at", "not_before"),
                    ("claimed_at", "sent_at"),
                    ("attempts", "error_class"),
                    "error",
                    "blanked_at",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.change_mail")

    def get_urls(self) -> list[URLPattern]:
        html = self.admin_site.admin_view(self.html_view)
        return [path("<int:pk>/html/", html, name="mail_mail_html"), *super().get_urls()]

    def html_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        mail = self.get_object(request, str(pk))
        if mail is None:
            raise Http404
        if not self.has_view_permission(request, mail):
            raise PermissionDenied
        return preview.html_response("" if mail.is_secret else mail.html)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        shown = {"hidden": why_hidden(kwargs["obj"]), "sandbox": preview.SANDBOX}
        response = super().render_change_form(request, {**context, **shown}, *args, **kwargs)
        return preview.framing(response)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_label(self, mail: Mail) -> str:
        kind = kinds.find(mail.kind)
        return str(kind.label) if kind else mail.kind

    @admin.action(description=gettext_lazy("Send again what was given up"), permissions=["operate"])
    def requeue(self, request: HttpRequest, queryset: QuerySet[Mail]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, REQUEUE)

    @admin.action(description=gettext_lazy("Cancel what waits"), permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Mail]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, CANCEL)


@admin.register(Wording)
class WordingAdmin(OurModelAdmin):
    form = WordingForm
    list_display = ["kind_label", "language_name", "subject", "updated_at"]
    list_filter = [KindFilter, "language"]
    readonly_fields = ["placeholders"]
    fields = ["kind", "language", "subject", "introduction", "placeholders"]
    change_form_template = "admin/mail/wording_form.html"
    actions = None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and "_preview" in request.POST:
            shown = self.preview(request, object_id)
            if shown is not None:
                return shown
        return super().changeform_view(request, object_id, form_url, extra_context)

    def preview(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        """The mail with the words in the form and an invented recipient; None if the form is wrong."""
        wording = self.get_object(request, object_id) if object_id else None
        allowed = (
            self.has_change_permission(request, wording)
            if wording
            else self.has_add_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        form = self.get_form(request, wording)(request.POST, instance=wording)
        if not form.is_valid():
            return None
        kind = kinds.get(form.instance.kind)
        rendered = outbox.render_with(kind, form.instance.language, kind.sample(), form.instance)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "opts": self.opts,
            "rendered": rendered,
            "sandbox": preview.SANDBOX,
        }
        response = TemplateResponse(request, "admin/mail/preview.html", context)
        # A frame with srcdoc lives under the policy of its page.
        response._csp_update = {  # type: ignore[attr-defined]
            "style-src": preview.style_hashes(rendered.html),
            "frame-src": [SELF],
        }
        return response

    @admin.display(description=gettext_lazy("kind of mail"), ordering="kind")
    def kind_label(self, wording: Wording) -> str:
        kind = kinds.find(wording.kind)
        return str(kind.label) if kind else wording.kind

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def language_name(self, wording: Wording) -> str:
        return str(dict(settings.LANGUAGES).get(wording.language, wording.language))

    @admin.display(description=gettext_lazy("placeholders you may use"))
    def placeholders(self, wording: Wording) -> SafeString:
        listed = format_html_join(
            "",
            "<li>{}: {}</li>",
            (
                (kind.label, ", ".join(f"{{{name}}}" for name in kind.placeholders) or "–")
                for kind in kinds.every()
                if not kind.secret
            ),
        )
        return format_html("<ul>{}</ul>", listed)


def why_hidden(mail: Mail) -> str:
    if mail.blanked_at:
        return _("Deleted.")
    if mail.is_secret:
        return _("Hidden: it holds a code or a link that only the recipient may see.")
    return ""
