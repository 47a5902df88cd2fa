"""Letters: write, look, test, send now or later, and see how far it is. What was sent stays as it is."""

from collections.abc import Callable
from typing import Any

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

from newsletter import letters
from newsletter.actions import writing
from newsletter.errors import NewsletterError
from newsletter.forms import LetterForm, ScheduleForm
from newsletter.models import Letter
from recovery_network.admin_base import OurModelAdmin, events_about, staff
from recovery_network.mail import preview
from recovery_network.mail.models import Mail

State = Letter.State
BEFORE = (State.DRAFT, State.SCHEDULED)


@admin.register(Letter)
class LetterAdmin(OurModelAdmin):
    list_display = ["subject", "state", "send_at", "sent_at", "addresses", "is_public"]
    list_filter = ("state", "is_public")
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        found: QuerySet[Letter] = super().get_queryset(request)
        return found.select_related("written_by").prefetch_related("texts")

    @admin.display(description=gettext_lazy("subject"))
    def subject(self, letter: Letter) -> str:
        texts = {text.language: text.subject for text in letter.texts.all()}
        return texts.get(letter.language, "–")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        asked = require_http_methods(["GET", "HEAD", "POST"])
        pages = {
            "edit": asked(self.edit_view),
            "send": asked(self.send_view),
            "test": require_POST(self.test_view),
            "take_back": require_POST(self.take_back_view),
            "discard": require_POST(self.discard_view),
        }
        html = wrap(require_safe(self.html_view))
        return [
            *(
                path(f"<path:object_id>/{name}/", wrap(view), name=f"newsletter_letter_{name}")
                for name, view in pages.items()
            ),
            path("<path:object_id>/html/<str:language>/", html, name="newsletter_letter_html"),
            *super().get_urls(),
        ]

    def letter_or_404(self, request: HttpRequest, object_id: str) -> Letter:
        if not self.has_change_permission(request):
            raise PermissionDenied
        found: Letter | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(
            request, f"admin/newsletter/letter/{name}.html", {**shared, **context}
        )

    # Writing

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.write(request, None)

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = self.letter_or_404(request, object_id)
        if letter.state != State.DRAFT:
            return redirect("admin:newsletter_letter_change", letter.pk)
        return self.write(request, letter)

    def write(self, request: HttpRequest, letter: Letter | None) -> HttpResponse:
        form = LetterForm(request.POST if request.method == "POST" else None, letter=letter)
        if form.is_valid():
            try:
                saved = writing.write_letter(
                    content=form.content(), by=staff(request), letter=letter
                )
            except (NewsletterError, OperationalError) as refusal:
                form.add_error(None, told(refusal))
            else:
                return redirect("admin:newsletter_letter_change", saved.pk)
        return self.page(request, "edit", title=_("Write a letter"), letter=letter, form=form)

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
        letter: Letter | None = self.get_object(request, unquote(object_id))
        if letter is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined, no-any-return]
                request, self.opts, object_id
            )
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        before = letter.state in BEFORE
        response = self.page(
            request,
            "draft" if before else "sent",
            title=self.subject(letter),
            letter=letter,
            may_change=self.has_change_permission(request),
            **(self.about_draft(letter) if before else self.about_sent(letter)),
        )
        return preview.framing(response)

    def about_draft(self, letter: Letter) -> dict[str, Any]:
        texts = sorted(letter.texts.all(), key=lambda text: text.language != letter.language)
        return {
            "addresses": letters.audience(letter).count(),
            "topics": letter.topics.all(),
            "previews": [
                {
                    "text": text,
                    "mail": letters.rendered(letter, text, key="proeve"),
                    "address": reverse(
                        "admin:newsletter_letter_html", args=[letter.pk, text.language]
                    ),
                }
                for text in texts
            ],
            "sandbox": preview.SANDBOX,
        }

    def about_sent(self, letter: Letter) -> dict[str, Any]:
        mails = Mail.objects.filter(key__startswith=letter.mail_prefix)
        states = dict(mails.order_by().values_list("state").annotate(rows=Count("pk")))
        unwritten = max((letter.addresses or 0) - letter.written, 0)
        on_their_way = states.get(Mail.State.QUEUED, 0) + states.get(Mail.State.SENDING, 0)
        ended = (Mail.State.SENT, Mail.State.FAILED, Mail.State.CANCELLED)
        return {
            "counts": {
                **{str(name): states.get(name, 0) for name in ended},
                "waiting": on_their_way + (unwritten if letter.state == State.SENDING else 0),
            },
            "texts": letter.texts.all(),
            "events": events_about(letter),
        }

    def html_view(self, request: HttpRequest, object_id: str, language: str) -> HttpResponse:
        letter = self.letter_or_404(request, object_id)
        text = letter.texts.filter(language=language).first()
        if text is None:
            raise Http404
        return preview.html_response(letters.rendered(letter, text, key="proeve").html)

    # Sending

    def send_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for the time, with the number; what was agreed to comes back with the answer."""
        letter = self.letter_or_404(request, object_id)
        if letter.state != State.DRAFT:
            return redirect("admin:newsletter_letter_change", letter.pk)
        form = ScheduleForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            said = form.cleaned_data
            return self.run(
                request,
                letter,
                lambda: writing.schedule_letter(
                    letter=letter,
                    send_at=said["send_at"],
                    expected=said["expected"],
                    by=staff(request),
                ),
                _("The letter waits for its time.")
                if said["send_at"]
                else _("The letter is on its way."),
            )
        return self.page(
            request,
            "send",
            title=_("Send the letter?"),
            letter=letter,
            form=form,
            texts=letter.texts.all(),
            topics=letter.topics.all(),
            addresses=letters.audience(letter).count(),
        )

    def test_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = self.letter_or_404(request, object_id)
        count = letter.texts.count()
        text = ngettext(
            "%(count)d mail is on its way to %(address)s.",
            "%(count)d mails are on their way to %(address)s.",
            count,
        )
        return self.run(
            request,
            letter,
            lambda: writing.send_test(letter=letter, by=staff(request)),
            text % {"count": count, "address": staff(request).email},
        )

    def take_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = self.letter_or_404(request, object_id)
        return self.run(
            request,
            letter,
            lambda: writing.take_back(letter=letter, by=staff(request)),
            _("It is a draft again."),
        )

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = self.letter_or_404(request, object_id)
        return self.run(
            request,
            letter,
            lambda: writing.discard_letter(letter=letter, by=staff(request)),
            _("The draft is thrown away."),
        )

    def run(
        self, request: HttpRequest, letter: Letter, verb: Callable[[], Any], done: str
    ) -> HttpResponse:
        """Calls the verb and says how it went; back to the letter, or to the list where it is gone."""
        try:
            verb()
        except (NewsletterError, OperationalError) as refusal:
            self.message_user(request, told(refusal), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        if Letter.objects.filter(pk=letter.pk).exists():
            return redirect("admin:newsletter_letter_change", letter.pk)
        return redirect("admin:newsletter_letter_changelist")


def told(refusal: Exception) -> str:
    busy = _("The database was busy. Try again.")
    return str(refusal) if isinstance(refusal, NewsletterError) else busy
