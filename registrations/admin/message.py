"""Messages to participants: write, look, test, send, and see how far it is. What was sent stays as it is."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conferences.models import Conference
from recovery_network.admin_base import OurModelAdmin, events_about, staff
from recovery_network.mail import preview
from recovery_network.mail.models import Mail
from registrations import letters
from registrations.actions.writing import (
    discard_message,
    send_message,
    send_test,
    write_message,
)
from registrations.admin.filters import ConferenceFilter, as_number
from registrations.admin.seeing import may_run
from registrations.errors import RegistrationError
from registrations.forms.messages import MessageForm
from registrations.models import Message
from registrations.segments import Segment

MOST_NAMED = 100


@admin.register(Message)
class MessageAdmin(OurModelAdmin):
    list_display = ("written", "conference", "for_whom", "state", "addresses", "written_by")
    list_filter = (ConferenceFilter, "state")
    list_select_related = ("conference", "written_by")
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and may_run(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and may_run(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_run(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in {"conference", "state__exact"}

    @admin.display(description=gettext_lazy("written"), ordering="created_at")
    def written(self, message: Message) -> Any:
        return message.created_at

    @admin.display(description=gettext_lazy("who gets it"))
    def for_whom(self, message: Message) -> str:
        return message.segment_text or "–"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        asked = require_http_methods(["GET", "HEAD", "POST"])
        name = "registrations_message"
        return [
            path("<path:object_id>/edit/", wrap(asked(self.edit_view)), name=f"{name}_edit"),
            path("<path:object_id>/send/", wrap(asked(self.send_view)), name=f"{name}_send"),
            path("<path:object_id>/test/", wrap(require_POST(self.test_view)), name=f"{name}_test"),
            path(
                "<path:object_id>/discard/",
                wrap(require_POST(self.discard_view)),
                name=f"{name}_discard",
            ),
            path(
                "<path:object_id>/html/<str:language>/",
                wrap(require_safe(self.html_view)),
                name=f"{name}_html",
            ),
            *super().get_urls(),
        ]

    def message_or_404(self, request: HttpRequest, object_id: str) -> Message:
        if not self.has_change_permission(request):
            raise PermissionDenied
        found: Message | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).select_related("conference__venue", "written_by")

    def page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(
            request, f"admin/registrations/message/{name}.html", {**shared, **context}
        )

    # Writing

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        number = as_number(request.GET.get("conference"))
        conference = Conference.objects.filter(pk=number).first() if number else None
        if conference is None:
            coming = Conference.objects.filter(archived_at=None).order_by("-starts_at")
            return self.page(
                request, "choose", title=_("Which gathering is it about?"), conferences=coming
            )
        return self.write(request, conference, None)

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        message = self.message_or_404(request, object_id)
        if message.state != Message.State.DRAFT:
            return redirect("admin:registrations_message_change", message.pk)
        return self.write(request, message.conference, message)

    def write(
        self, request: HttpRequest, conference: Conference, message: Message | None
    ) -> HttpResponse:
        typed = request.POST if request.method == "POST" else None
        form = MessageForm(typed, conference=conference, message=message)
        if form.is_valid() and (saved := self.save(request, conference, form, message)):
            return redirect("admin:registrations_message_change", saved.pk)
        return self.page(
            request,
            "edit",
            title=_("Write to participants"),
            subtitle=conference.title,
            conference=conference,
            message=message,
            form=form,
            placeholders=[f"{{{name}}}" for name in letters.PLACEHOLDERS],
            in_subjects=[f"{{{name}}}" for name in letters.IN_SUBJECTS],
        )

    def save(
        self,
        request: HttpRequest,
        conference: Conference,
        form: MessageForm,
        message: Message | None,
    ) -> Message | None:
        try:
            return write_message(
                conference=conference,
                segment=form.segment,
                texts=form.texts,
                by=staff(request),
                message=message,
            )
        except RegistrationError as refusal:
            form.add_error(None, str(refusal))
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
        return None

    # Looking

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        message: Message | None = self.get_object(request, unquote(object_id))
        if message is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined, no-any-return]
                request, self.opts, object_id
            )
        if request.method != "GET":
            raise PermissionDenied
        draft = message.state == Message.State.DRAFT
        response = self.page(
            request,
            "draft" if draft else "sent",
            title=_("Message") if draft else _("How far it is"),
            subtitle=message.conference.title,
            message=message,
            **(self.about_draft(request, message) if draft else self.about_sent(message)),
        )
        return preview.framing(response)

    def about_draft(self, request: HttpRequest, message: Message) -> dict[str, Any]:
        texts = sorted(message.texts.all(), key=lambda text: text.language != message.language)
        audience = letters.audience(message, texts)
        by_language = Counter(each.language for each in audience.recipients)
        name = staff(request).get_full_name() or "Kari"
        return {
            "segment": Segment.of(message.segment).in_words(),
            "audience": audience,
            "addresses": len(audience.recipients),
            "by_contact": audience.by_contact[:MOST_NAMED],
            "more_by_contact": max(len(audience.by_contact) - MOST_NAMED, 0),
            "previews": [
                {
                    "text": text,
                    "mail": letters.rendered(message, text, name=name),
                    "address": reverse(
                        "admin:registrations_message_html", args=[message.pk, text.language]
                    ),
                    "recipients": by_language[text.language],
                }
                for text in texts
            ],
            "sandbox": preview.SANDBOX,
            "may_send": self.has_change_permission(request),
        }

    def about_sent(self, message: Message) -> dict[str, Any]:
        mails = Mail.objects.filter(key__startswith=message.mail_prefix)
        states = dict(mails.order_by().values_list("state").annotate(rows=Count("pk")))
        written = sum(states.values())
        sent = states.get(Mail.State.SENT, 0)
        return {
            "counts": {
                "unwritten": max((message.addresses or 0) - written, 0)
                if message.state == Message.State.SENDING
                else 0,
                "queued": states.get(Mail.State.QUEUED, 0) + states.get(Mail.State.SENDING, 0),
                "sent": sent,
                "failed": states.get(Mail.State.FAILED, 0),
                "cancelled": states.get(Mail.State.CANCELLED, 0),
            },
            "sent": sent,
            "failed": mails.filter(state=Mail.State.FAILED).order_by("pk")[:MOST_NAMED],
            "texts": message.texts.all(),
            "events": events_about(message),
        }

    def html_view(self, request: HttpRequest, object_id: str, language: str) -> HttpResponse:
        message = self.message_or_404(request, object_id)
        text = message.texts.filter(language=language).first()
        if text is None:
            raise Http404
        name = staff(request).get_full_name() or "Kari"
        return preview.html_response(letters.rendered(message, text, name=name).html)

    # Sending

    def test_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        message = self.message_or_404(request, object_id)
        try:
            written = send_test(message=message, by=staff(request))
        except (RegistrationError, OperationalError) as refusal:
            self.message_user(request, told(refusal), messages.ERROR)
        else:
            text = ngettext(
                "%(count)d mail is on its way to %(address)s.",
                "%(count)d mails are on their way to %(address)s.",
                written,
            )
            values = {"count": written, "address": staff(request).email}
            self.message_user(request, text % values, messages.SUCCESS)
        return redirect("admin:registrations_message_change", message.pk)

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        message = self.message_or_404(request, object_id)
        try:
            discard_message(message=message, by=staff(request))
        except (RegistrationError, OperationalError) as refusal:
            self.message_user(request, told(refusal), messages.ERROR)
            return redirect("admin:registrations_message_change", message.pk)
        self.message_user(request, _("The draft is thrown away."), messages.SUCCESS)
        return redirect("admin:registrations_message_changelist")

    def send_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks once more, with the number; what was agreed to comes back with the answer."""
        message = self.message_or_404(request, object_id)
        if request.method == "POST":
            expected = as_number(request.POST.get("expected")) or 0
            try:
                send_message(message=message, expected=expected, by=staff(request))
            except (RegistrationError, OperationalError) as refusal:
                self.message_user(request, told(refusal), messages.ERROR)
            else:
                self.message_user(request, _("The message is on its way."), messages.SUCCESS)
            return redirect("admin:registrations_message_change", message.pk)
        texts = list(message.texts.all())
        if message.state != Message.State.DRAFT or not texts:
            return redirect("admin:registrations_message_change", message.pk)
        return self.page(
            request,
            "send",
            title=_("Send the message?"),
            subtitle=message.conference.title,
            message=message,
            segment=Segment.of(message.segment).in_words(),
            texts=texts,
            audience=letters.audience(message, texts),
            languages=dict(settings.LANGUAGES),
        )


def told(refusal: Exception) -> str:
    busy = _("The database was busy. Try again.")
    return str(refusal) if isinstance(refusal, RegistrationError) else busy
