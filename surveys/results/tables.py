"""Results as rows of a file: only what the pages show too."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.models import Answer, Survey
from surveys.results.counting import Cell, Counted, Results
from surveys.results.presenting import Shown, shown
from surveys.sheets import number_in_words

CHUNK = 2000
Line = tuple[Any, ...]


def table_header() -> list[str]:
    return [_("Question"), _("Part"), _("Group"), _("Answer"), _("How many"), _("Share in %")]


def table_rows(results: Results) -> Iterator[Line]:
    """Every number that is shown: of everyone, then of each group. Hidden ones say that they are."""
    for each in shown(results):
        text = each.counted.text.text
        for grid in each.grids:
            for row in grid.rows:
                yield line(text, grid.caption.text, "", row.label.text, row.cells[0])
        yield from measured_rows(each.counted)
        for grid in each.by_group:
            for place, group in enumerate(grid.columns[1:], start=1):
                for row in grid.rows:
                    yield line(
                        text, grid.caption.text, group.text, row.label.text, row.cells[place]
                    )
        if each.counted.written is not None:
            yield (text, "", "", _("Comments"), each.counted.written, "")


def line(question: str, part: str, group: str, answer: str, cell: Cell | None) -> Line:
    if cell is None or cell.count is None:
        return (question, part, group, answer, _("hidden"), "")
    return (question, part, group, answer, cell.count, cell.share)


def measured_rows(counted: Counted) -> Iterator[Line]:
    found = counted.measured
    text = counted.text.text
    if found.mean is not None:
        yield (text, "", "", _("Mean"), found.mean, "")
    if found.spread is not None:
        yield (text, "", "", _("Spread"), found.spread, "")
    if found.score is not None:
        yield (text, "", "", _("Recommendation score"), found.score, "")


def comment_header() -> list[str]:
    return [_("Question"), _("Comment"), _("Themes")]


def comment_rows(results: Results) -> Iterator[Line]:
    """What people wrote, each comment alone: nothing tells which of them are by the same person."""
    for counted in results.questions:
        if counted.written is not None:
            for answer in comments(results, counted).iterator(CHUNK):
                themes = ", ".join(theme.name for theme in answer.themes.all())
                yield (counted.text.text, answer.text, themes)


def comments(results: Results, counted: Counted) -> QuerySet[Answer]:
    """The comments of one version of a question, in the order of their random keys."""
    assert results.tally is not None
    found = results.tally.answers().filter(version=counted.version)
    return found.prefetch_related("themes").order_by("pk")


def answer_header() -> list[str]:
    return [_("E-mail"), _("Day"), _("Question"), _("Part"), _("Answer")]


def answer_rows(survey: Survey) -> Iterator[Line]:
    """Every answer with whose it is: only for surveys with name, whose page has told so."""
    assert survey.mode == Survey.Mode.NAMED
    found = (
        Answer.objects.filter(response__survey=survey)
        .select_related("response__signature__invitation", "version", "option", "row")
        .order_by("response", "version")
    )
    unknown = _("Don't know")
    for answer in found.iterator(CHUNK):
        signature = getattr(answer.response, "signature", None)
        value = answer.text or (unknown if answer.dont_know else "")
        if answer.option is not None:
            value = str(answer.option)
        elif answer.number is not None:
            value = number_in_words(answer.number)
        elif answer.date is not None:
            value = answer.date.isoformat()
        yield (
            signature.invitation.email if signature else "",
            answer.response.day.isoformat(),
            str(answer.version),
            str(answer.row or ""),
            value,
        )


# --- Paper -------------------------------------------------------------------------------------


def paper(survey: Survey, results: Results) -> dict[str, Any]:
    """What the template of the PDF finds in `data`."""
    assert results.tally is not None
    return {
        "heading": _("What people answered"),
        "survey": str(survey),
        "facts": _("%(count)d people answered, until %(day)s.")
        % {"count": results.total, "day": date_format(results.tally.until, "j. F Y").lower()},
        "promise": _(
            "Groups of fewer than %(least)d are hidden, and so is what would give them away."
        )
        % {"least": results.least},
        "several": _("People could choose several."),
        "answer": _("Answer"),
        "count": _("How many"),
        "share": _("Share"),
        "hidden": _("hidden"),
        "questions": [question_on_paper(each) for each in shown(results)],
    }


def question_on_paper(each: Shown) -> dict[str, Any]:
    counted = each.counted
    return {
        "text": counted.text.text,
        "lang": counted.text.lang,
        "several": counted.several,
        "note": notes(counted),
        "grids": [
            {
                "caption": grid.caption.text,
                "rows": [
                    {
                        "label": row.label.text,
                        "count": None if cell is None else cell.count,
                        "share": None if cell is None else cell.share,
                    }
                    for row in grid.rows
                    for cell in row.cells[:1]
                ],
            }
            for grid in each.grids
        ],
        "groups": [
            {
                "caption": grid.caption.text,
                "columns": [label.text for label in grid.columns],
                "rows": [
                    {
                        "label": row.label.text,
                        "cells": [
                            None if cell is None or cell.count is None else cell.count
                            for cell in row.cells
                        ],
                    }
                    for row in grid.rows
                ],
            }
            for grid in each.by_group
        ],
    }


def notes(counted: Counted) -> list[str]:
    """Sentences below the tables of a question."""
    found, told = counted.measured, []
    if found.mean is not None:
        told.append(
            _("Mean %(mean)s, spread %(spread)s.")
            % {"mean": decimal(found.mean), "spread": decimal(found.spread)}
        )
    if found.between is not None:
        told.append(
            _("The mean lies between %(low)s and %(high)s.")
            % {"low": decimal(found.between[0]), "high": decimal(found.between[1])}
        )
    if found.score is not None:
        told.append(
            _("Recommendation score %(score)d, on a scale from -100 to 100.")
            % {"score": found.score}
        )
    if counted.written is not None:
        told.append(_("%(count)d wrote something.") % {"count": counted.written})
    elif counted.is_text or not counted.tables:
        told.append(_("Too few have answered to show anything."))
    return told


def decimal(number: Decimal | None) -> str:
    return "" if number is None else number_in_words(number)
