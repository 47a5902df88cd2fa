"""What people answered, for organisers: counting, groups, comments with themes, other years, files."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recovery_network import pdf
from recovery_network.admin_base import staff
from recovery_network.audit.actions import record
from recovery_network.spreadsheets import csv_response, xlsx_response
from surveys.actions import building, tallying, themes
from surveys.errors import SurveyError
from surveys.models import Question, QuestionVersion, Survey, Theme
from surveys.queries import main_tally, sharing_questions
from surveys.results import tables
from surveys.results.comparing import compare
from surveys.results.counting import Counted, Results, results_of, results_of_all
from surveys.results.presenting import shown
from surveys.results.protecting import may_show

COMMENTS_ON_A_PAGE = 50
MOST_COMPARED = 4


def number_in(text: str) -> int:
    """A primary key from an address; 404 where it is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Http404
    return int(text)


class ResultPages:
    """Mixed into the admin of surveys."""

    survey_or_404: Callable[[HttpRequest, str], Survey]
    page: Callable[..., HttpResponse]
    message_user: Callable[..., None]

    def results_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        survey = self.survey_or_404(request, object_id)
        if request.method == "POST":
            try:
                told = self.do(request, survey)
                self.message_user(request, told, messages.SUCCESS)
            except SurveyError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:surveys_survey_results", survey.pk)
        results = self.results(request, survey)
        closed = survey.state() == Survey.State.CLOSED
        published = closed and survey.has_published()
        tallies, opened = list(survey.tallies.all()), survey.responses.count()
        return self.page(
            request,
            "results",
            survey,
            _("Results"),
            results=results,
            shown=shown(results),
            tallies=tallies,
            sealed=survey.envelopes.count(),
            opened=opened,
            asked=survey.invitations.count(),
            is_open=survey.state() == Survey.State.OPEN,
            is_closed=closed,
            has_new=opened > sum(each.total for each in tallies),
            dividing=[]
            if survey.divided_by_id or not results.enough
            else tallying.dividing(survey),
            by_name=survey.mode == Survey.Mode.NAMED,
            public_url=reverse("survey_results", args=[survey.slug]) if published else "",
        )

    def do(self, request: HttpRequest, survey: Survey) -> str:
        """What was done, in words. Raises SurveyError."""
        by, do = staff(request), request.POST.get("do", "")
        if do == "tally":
            tallying.tally(survey=survey, by=by)
            return _("The answers are counted.")
        if do == "divide":
            pk = number_in(request.POST.get("version", ""))
            version = QuestionVersion.objects.filter(
                pk=pk, question__section__survey=survey
            ).first()
            if version is None:
                raise Http404
            tallying.divide(survey=survey, version=version, by=by)
            return _("Results are shown by group from now on.")
        if do == "public":
            chosen = request.POST.getlist("public")
            building.choose_public(survey=survey, chosen=chosen, by=by)
            return _("The summary is chosen.")
        raise Http404

    def results(self, request: HttpRequest, survey: Survey) -> Results:
        """Of the count and the group in the address; 404 where there is no such one."""
        wanted = request.GET.get("count", "")
        tally = (
            survey.tallies.select_related("survey").filter(pk=number_in(wanted)).first()
            if wanted
            else main_tally(survey)
        )
        if wanted and tally is None:
            raise Http404
        results = results_of(tally, least=survey.least)
        if group := request.GET.get("group", ""):
            found = results.of_group(number_in(group))
            if found is None:
                raise Http404
            return found
        return results

    # --- Comments ------------------------------------------------------------------------------

    def comments_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What people wrote to one question, page by page, and the themes that organisers give it."""
        survey = self.survey_or_404(request, object_id)
        results = self.results(request, survey)
        counted = self.counted_or_404(request, results)
        comments = tables.comments(results, counted)
        if theme := request.GET.get("theme", ""):
            comments = comments.filter(themes=number_in(theme))
        page = Paginator(comments, COMMENTS_ON_A_PAGE).get_page(request.GET.get("page"))
        if request.method == "POST":
            try:
                self.change_themes(request, counted.question, list(page))
            except SurveyError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            except ValidationError as error:
                self.message_user(request, error.messages[0], messages.ERROR)
            return redirect(request.get_full_path())
        return self.page(
            request,
            "comments",
            survey,
            _("Comments"),
            counted=counted,
            results=results,
            comments=page,
            themes=theme_counts(counted, results),
            theme=theme,
        )

    def counted_or_404(self, request: HttpRequest, results: Results) -> Counted:
        version = number_in(request.GET.get("question", ""))
        for each in results.questions:
            if each.version.pk == version and each.written is not None:
                return each
        raise Http404

    def change_themes(self, request: HttpRequest, question: Question, seen: list[Any]) -> None:
        by, do = staff(request), request.POST.get("do", "")
        if do == "add":
            themes.add_theme(question=question, name=request.POST.get("name", ""), by=by)
        elif do == "mark":
            pairs = (each.partition(":") for each in request.POST.getlist("mark"))
            marked = {
                (answer, int(pk)) for answer, _colon, pk in pairs if pk.isascii() and pk.isdigit()
            }
            shown_then = set(request.POST.getlist("seen"))
            seen = [each for each in seen if str(each.pk) in shown_then]
            themes.mark(question=question, seen=seen, marked=marked, by=by)
            self.message_user(request, _("The themes are saved."), messages.SUCCESS)
        elif do.startswith("remove:"):
            theme = question.themes.filter(pk=number_in(do[7:])).first()
            if theme is None:
                raise Http404
            themes.remove_theme(theme=theme, by=by)
        else:
            raise Http404

    # --- Other years and files -----------------------------------------------------------------

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        survey = self.survey_or_404(request, object_id)
        tally = main_tally(survey)
        found = (
            []
            if tally is None
            else results_of_all([tally, *sharing_questions(survey, most=MOST_COMPARED)])
        )
        this, others = found[:1], [each for each in found[1:] if each.enough]
        return self.page(
            request,
            "compare",
            survey,
            _("Beside earlier surveys"),
            compared=compare(this[0], others) if this and this[0].enough else [],
            least=survey.least,
        )

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Files with what the pages show; of a survey with name also every answer."""
        survey = self.survey_or_404(request, object_id)
        what, kind = request.GET.get("what", ""), request.GET.get("as", "")
        results = self.results(request, survey)
        if not results.enough or (what, kind) not in EXPORTS:
            raise Http404
        if what == "answers" and survey.mode != Survey.Mode.NAMED:
            raise Http404
        record(
            action="survey.exported",
            by=staff(request),
            object=survey,
            conference_id=survey.conference_id,
            what=what,
        )
        name = f"{survey.slug}-{what}-{timezone.localdate().isoformat()}"
        if kind == "pdf":
            language = get_language() or "nb"
            content = pdf.compile_template(
                "survey", tables.paper(survey, results), title=str(survey), language=language
            )
            return pdf.response(content, filename=name)
        header, rows = {
            "tables": lambda: (tables.table_header(), tables.table_rows(results)),
            "comments": lambda: (tables.comment_header(), tables.comment_rows(results)),
            "answers": lambda: (tables.answer_header(), tables.answer_rows(survey)),
        }[what]()
        return (
            csv_response(name, header, rows) if kind == "csv" else xlsx_response(name, header, rows)
        )


EXPORTS = {
    ("tables", "pdf"),
    *((what, kind) for what in ("tables", "comments", "answers") for kind in ("csv", "xlsx")),
}


def theme_counts(counted: Counted, results: Results) -> list[tuple[Theme, int | None]]:
    """Each theme with how many comments have it; None where they are few, or nearly all."""
    assert results.tally is not None
    assert counted.written is not None
    marks = results.tally.answers().filter(version=counted.version, themes__isnull=False)
    found = dict(marks.order_by().values_list("themes").annotate(count=Count("pk")))
    return [
        (each, may_show(found.get(each.pk, 0), counted.written, results.least))
        for each in counted.question.themes.all()
    ]
