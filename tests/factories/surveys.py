from datetime import timedelta
from typing import Any

from django.utils import timezone

from surveys import files
from surveys.actions.building import put_in
from surveys.models import Invitation, Survey
from tests.factories.counting import numbers

LANGUAGES = ("nb", "nn", "da", "en")


def in_all(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


def choices(*labels: str) -> list[dict[str, Any]]:
    """Choices whose ids are their labels in lower case."""
    return [{"id": label.lower(), "text": in_all(label)} for label in labels]


def asking(kind: str, text: str | dict[str, str] = "Hva hjalp?", **more: Any) -> dict[str, Any]:
    """One question as a file has it; kinds with choices get Ja and Nei."""
    told: dict[str, Any] = {"id": f"q{next(numbers)}", "kind": kind}
    told["text"] = in_all(text) if isinstance(text, str) else text
    if kind in {"one", "several", "matrix"}:
        told["choices"] = choices("Ja", "Nei")
    if kind == "matrix":
        told["rows"] = choices("Form", "Innhold")
    return told | more


def ask(survey: Survey, *sections: list[dict[str, Any]]) -> Survey:
    """Puts questions in the survey, through the real verb."""
    data = {
        "format": files.FORMAT,
        "version": files.EDITION,
        "title": survey.title,
        "sections": [
            {"title": in_all(f"Del {number}"), "questions": questions}
            for number, questions in enumerate(sections, start=1)
        ],
    }
    put_in(survey=survey, plan=files.parse(data), by=None)
    survey.refresh_from_db()
    return survey


def make_survey(*sections: list[dict[str, Any]], **fields: Any) -> Survey:
    """Open, anonymous, for everyone; asks one short text unless told otherwise."""
    now = timezone.now()
    values: dict[str, Any] = {
        "slug": f"undersokelse-{next(numbers)}",
        "title": in_all("Hva mener du?"),
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=30),
    }
    if fields.get("mode", "anonymous") != "anonymous":
        values["audience"] = Survey.Audience.LISTED
    survey = Survey.objects.create(**{**values, **fields})
    return ask(survey, *(sections or ([asking("short_text")],)))


def make_invitation(survey: Survey, **fields: Any) -> Invitation:
    values = {"email": f"spurt{next(numbers)}@example.no"}
    return Invitation.objects.create(survey=survey, **{**values, **fields})
