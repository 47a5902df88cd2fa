"""What a respondent does with the pages, through Django's test client."""

import re
from html import unescape
from typing import Any

from django.test import Client

from surveys.models import Answer, Envelope, Invitation, Survey
from surveys.queries import read_questionnaire
from surveys.questionnaire import Asked
from surveys.sealing import unseal
from surveys.sheets import unpack

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def path_of(asked: Survey | Invitation) -> str:
    if isinstance(asked, Invitation):
        return f"/en/undersokelser/svar/{asked.key}/"
    return f"/en/undersokelser/{asked.slug}/"


def hidden(page: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page.content.decode()):
        found.setdefault(name, []).append(unescape(value))
    return found


def questions(survey: Survey) -> tuple[Asked, ...]:
    return read_questionnaire(survey).questions


def key_of(asked: Asked, label: str) -> str:
    return next(each.key for each in asked.choices if each.label.text == label)


def press(client: Client, path: str, page: Any, go: str, /, **typed: Any) -> Any:
    """Sends the form of `page` with what was typed, by the button `go`."""
    return client.post(path, {**hidden(page), **typed, "go": go})


def send(client: Client, asked: Survey | Invitation, /, **typed: Any) -> Any:
    """Fills in a form of one page, looks it over and sends it; the last answer of the site."""
    path = path_of(asked)
    reviewed = press(client, path, client.get(path), "review", **typed)
    if reviewed.status_code != 200:
        return reviewed
    return press(client, path, reviewed, "send")


def in_the_box(survey: Survey) -> list[list[Any]]:
    """What the sealed answers say, for tests that hold the keys."""
    return [
        [
            each.text or each.number or each.day or each.option or each.dont_know
            for each in unpack(unseal(sealed))
        ]
        for sealed in Envelope.objects.filter(survey=survey).values_list("sealed", flat=True)
    ]


def told(survey: Survey) -> list[tuple[Any, ...]]:
    """Every opened answer: label of the row, of the choice, number, date, text, don't know."""
    rows = Answer.objects.filter(response__survey=survey).select_related("option", "row")
    return sorted(
        (
            (
                str(row.row or ""),
                str(row.option or ""),
                row.number,
                row.date,
                row.text,
                row.dont_know,
            )
            for row in rows
        ),
        key=str,
    )
