"""Surveys in the admin: the frame is an ordinary form, the questions and the people have pages of their own."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from recovery_network import i18n
from recovery_network.admin_base import OurModelAdmin, staff
from recovery_network.slugs import free_slug
from surveys import files
from surveys.actions import building, inviting
from surveys.admin.questions import QuestionPages
from surveys.admin.results import ResultPages
from surveys.errors import SurveyError
from surveys.forms import ListForm, NewSurveyForm, SurveyForm
from surveys.models import Survey
from surveys.pages import Desk
from surveys.queries import questionnaire_of
from surveys.walking import answer

State = Survey.State
FORM_METHODS = ["GET", "HEAD", "POST"]
SETTINGS = (
    "slug", "title", "introduction", "thanks", "mode", "layout", "audience", "conference", "opens_after_conference",
    "opens_at", "closes_at", "days_open", "remind_days", "least", "summary_published_at",
)  # fmt: skip


def words(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{code}" for code in ("nb", "nn", "da", "en"))


@admin.register(Survey)
class SurveyAdmin(QuestionPages, ResultPages, OurModelAdmin):
    list_display = ["name", "state_text", "mode", "audience", "conference", "ways"]
    list_filter = ("mode", "audience")
    search_fields = ("slug",)
    list_select_related = ("conference",)
    readonly_fields = ("state_text",)
    fieldsets = (
        (gettext_lazy("What it is"), {"fields": (*words("title"), "slug")}),
        (
            gettext_lazy("Who is asked, and what we learn of them"),
            {"fields": ("mode", "audience", "conference")},
        ),
        (
            gettext_lazy("When"),
            {
                "fields": (
                    "state_text",
                    "opens_after_conference",
                    "days_open",
                    "opens_at",
                    "closes_at",
                    "remind_days",
                )
            },
        ),
        (
            gettext_lazy("Texts"),
            {
                "fields": ("layout", *words("introduction"), *words("thanks")),
                "description": gettext_lazy("Markdown."),
            },
        ),
        (gettext_lazy("Results"), {"fields": ("least", "summary_published_at")}),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        kwargs["form"] = NewSurveyForm if obj is None else SurveyForm
        return super().get_form(request, obj, *args, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new one asks for little: texts and dates can come from what it begins with, or later."""
        if obj is not None:
            return self.fieldsets
        first = ("start", *words("title"), "slug", "mode", "audience", "conference")
        return (
            (None, {"fields": first}),
            (
                gettext_lazy("When"),
                {
                    "fields": (
                        "opens_after_conference",
                        "days_open",
                        "opens_at",
                        "closes_at",
                        "remind_days",
                    ),
                    "description": gettext_lazy("Nobody sees it before it has a date of opening."),
                },
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was promised to people is kept: once asked, the degree of privacy stays as it is."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is None:
            return ()
        return (*fixed, *getattr(obj, "kept_fields", ()))

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Notes what may no longer be changed, before a form writes into it."""
        found = super().get_object(request, *args, **kwargs)
        if found is not None:
            promised = building.has_answers(found) or found.invitations.exists()
            shared = found.state() in {State.OPEN, State.CLOSED}
            counted = found.tallies.exists()
            found.kept_fields = (
                *(["mode"] if promised else []),
                *(["slug"] if shared else []),
                # What a lower number would show more of is out in the world already by the higher one.
                *(["least"] if counted else []),
            )
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Survey]:
        found: QuerySet[Survey] = super().get_queryset(request).select_related("conference")
        return found

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        wanted: dict[str, Any] = super().get_changeform_initial_data(request)
        if wanted.get("conference"):
            wanted.setdefault("audience", Survey.Audience.ATTENDED)
            wanted.setdefault("opens_after_conference", True)
        return wanted

    def save_model(self, request: HttpRequest, obj: Survey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=SETTINGS)
            building.touch(obj)
            return
        obj.slug = obj.slug or free_slug(str(obj), Survey.objects.all(), "slug", most=60)
        super().save_model(request, obj, form, change)
        if form.plan is not None:
            building.put_in(survey=obj, plan=form.plan, by=staff(request))

    def response_add(self, request: HttpRequest, obj: Survey, *args: Any) -> HttpResponse:
        self.message_user(
            request, _("The survey is made. Here are its questions."), messages.SUCCESS
        )
        return redirect("admin:surveys_survey_questions", obj.pk)

    @admin.display(description=gettext_lazy("title"))
    def name(self, survey: Survey) -> str:
        return str(survey)

    @admin.display(description=gettext_lazy("state"))
    def state_text(self, survey: Survey) -> str:
        return state_in_words(survey)

    @admin.display(description=gettext_lazy("pages"))
    def ways(self, survey: Survey) -> SafeString:
        return format_html(
            '<a href="{}" aria-label="{}">{}</a>',
            reverse("admin:surveys_survey_questions", args=[survey.pk]),
            _("Questions of %(title)s") % {"title": survey},
            _("Questions"),
        )

    def view_on_site(self, obj: Survey) -> str | None:
        return obj.get_absolute_url() if obj.slug and obj.state() != State.DRAFT else None

    # --- Pages of its own ----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view

        def page(name: str, view: Any, methods: Any) -> URLPattern:
            guarded: Any = wrap(methods(view))
            made: URLPattern = path(
                f"<path:object_id>/{name}/", guarded, name=f"surveys_survey_{name}"
            )
            return made

        forms = require_http_methods(FORM_METHODS)
        return [
            page("questions", self.questions_view, forms),
            page("question", self.question_view, forms),
            page("section", self.section_view, forms),
            page("preview", self.preview_view, forms),
            page("file", self.file_view, require_safe),
            page("people", self.people_view, forms),
            page("results", self.results_view, forms),
            page("comments", self.comments_view, forms),
            page("compare", self.compare_view, require_safe),
            page("export", self.export_view, require_safe),
            *super().get_urls(),
        ]

    def survey_or_404(self, request: HttpRequest, object_id: str) -> Survey:
        """For those who may change surveys; 403 or 404 otherwise."""
        if not request.user.has_perm("surveys.change_survey"):
            raise PermissionDenied
        found: Survey | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def page(
        self, request: HttpRequest, template: str, survey: Survey, title: str, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(survey),
            "opts": self.opts,
            "survey": survey,
            "state": state_in_words(survey),
            **more,
        }
        return TemplateResponse(request, f"admin/surveys/survey/{template}.html", context)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The pages as respondents get them, in the language of this address; nothing is stored."""
        survey = self.survey_or_404(request, object_id)
        desk = Desk(survey, questionnaire_of(survey), preview=True)

        def send_nothing(_desk: Any, _sheet: Any) -> str:
            self.message_user(request, _("This was a preview. Nothing was sent."), messages.INFO)
            return reverse("admin:surveys_survey_questions", args=[survey.pk])

        return answer(request, desk, {}, send_nothing)

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The questionnaire as a file, without answers."""
        survey = self.survey_or_404(request, object_id)
        content = files.to_bytes(building.plan_of(survey))
        response = HttpResponse(content, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="{survey.slug}.json"'
        return response

    def people_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How many are asked and have answered; a list to paste; reminding, opening and closing."""
        survey = self.survey_or_404(request, object_id)
        do = request.POST.get("do", "")
        form = ListForm(request.POST if do == "invite" else None)
        if request.method == "POST":
            try:
                told = self.act(request, survey, do, form)
            except SurveyError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return redirect("admin:surveys_survey_people", survey.pk)
            if told:
                self.message_user(request, told, messages.SUCCESS)
                return redirect("admin:surveys_survey_people", survey.pk)
        invited = survey.invitations.count()
        return self.page(
            request,
            "people",
            survey,
            _("People and dates"),
            form=form,
            invited=invited,
            answered=survey.invitations.filter(answered=True).count() if survey.by_link else None,
            sealed=survey.envelopes.count(),
            opened=survey.responses.count(),
            may_invite=survey.audience != Survey.Audience.EVERYONE
            and survey.state() != State.CLOSED,
            is_open=survey.state() == State.OPEN,
            may_open=survey.state() in {State.DRAFT, State.COMING},
            link=request.build_absolute_uri(survey.get_absolute_url()),
        )

    def act(self, request: HttpRequest, survey: Survey, do: str, form: ListForm) -> str:
        """What was done, in words; nothing where the form must be mended."""
        by = staff(request)
        if do == "invite":
            if not form.is_valid():
                return ""
            added = inviting.add_to_list(survey=survey, by=by, **form.cleaned_data)
            return ngettext(
                "%(count)d address is new on the list.",
                "%(count)d addresses are new on the list.",
                added,
            ) % {"count": added}
        if do == "remind":
            count = inviting.remind_now(survey=survey, by=by)
            return ngettext(
                "%(count)d reminder is on its way.", "%(count)d reminders are on their way.", count
            ) % {"count": count}
        if do == "close":
            building.close(survey=survey, by=by)
            return _("The survey is closed. Sealed answers are opened in some minutes.")
        if do == "open":
            building.open_now(survey=survey, by=by)
            return _("The survey is open.")
        raise Http404


def state_in_words(survey: Survey) -> str:
    """The state that follows from the dates, with the date it follows from."""
    if survey.pk is None:
        return ""
    state = survey.state(timezone.now())
    opening, closing = survey.opening(), survey.closing()

    def at(moment: Any) -> dict[str, str]:
        return {"moment": i18n.date_and_clock(moment)}

    if state == State.COMING:
        return _("Opens %(moment)s.") % at(opening)
    if state == State.CLOSED:
        return _("Closed since %(moment)s.") % at(closing)
    if state == State.OPEN:
        return _("Open until %(moment)s.") % at(closing) if closing else _("Open, without an end.")
    if survey.opens_after_conference:
        return _("Draft: its conference is cancelled, so it doesn't open by itself.")
    return _("Draft: it has no date of opening, so only organisers see it.")
