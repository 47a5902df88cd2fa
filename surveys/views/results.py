from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recovery_network.pages import render_for_everyone
from surveys import queries
from surveys.models import Survey
from surveys.results.counting import results_of
from surveys.results.presenting import shown
from surveys.words import say


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The published summary: the questions that organisers chose, once the survey is closed."""
    survey = queries.find(slug)
    if survey.state() != Survey.State.CLOSED or not survey.has_published():
        raise Http404
    found = results_of(queries.main_tally(survey), least=survey.least)
    context = {
        "survey": survey,
        "title": say(survey.title),
        "introduction": say(survey.introduction),
        "results": found,
        # What people wrote is for the organisers only.
        "shown": [
            each for each in shown(found) if each.counted.question.public and each.counted.tables
        ],
    }
    return render_for_everyone(request, "surveys/results.html", context)
