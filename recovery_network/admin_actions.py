"""An action on many rows: ask first, then the verb row by row, then say how it went.

Each row is its own transaction of the verb, so that one refusal undoes nothing else.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

log = logging.getLogger(__name__)

MOST_ROWS = 500
TOLD_ROWS = 20


@dataclass(frozen=True)
class RowAction:
    """`run` takes row and user; what it raises of `refusals` is told, a database error counts as failed.

    What `form` asks for, if there is one, `run` gets as keywords. `around` is entered with the rows and
    the user before the first row and left after the last: what the rows share, such as time to undo.
    """

    name: str
    question: str | Promise
    explanation: str | Promise
    button: str | Promise
    run: Callable[..., Any]
    refusals: type[Exception]
    form: type[forms.Form] = forms.Form
    around: Callable[[Sequence[Any], Any], AbstractContextManager[Any]] = lambda rows, by: (
        nullcontext()
    )


def ask_then_run(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    queryset: QuerySet[Any],
    action: RowAction,
) -> HttpResponse | None:
    """The page with the question; None, back to the list, when it has been answered."""
    rows = list(queryset[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        too_many = _("Choose at most %(count)d at a time.") % {"count": MOST_ROWS}
        model_admin.message_user(request, too_many, messages.ERROR)
        return None
    form = action.form(request.POST if request.POST.get("confirmed") else None)
    if form.is_valid():
        run_each(model_admin, request, rows, action, form.cleaned_data)
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": action.question,
        "opts": model_admin.opts,
        "action": action,
        "form": form,
        "rows": rows,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)


def run_each(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    rows: Sequence[Any],
    action: RowAction,
    answers: Mapping[str, Any],
) -> None:
    done = 0
    skipped: list[str] = []
    failed: list[str] = []
    with action.around(rows, request.user):
        for row in rows:
            try:
                action.run(row, request.user, **answers)
            except action.refusals as refusal:
                skipped.append(f"{row}: {refusal}")
            except DatabaseError:
                log.exception("action on a row failed")
                failed.append(f"{row}: {_('The database was busy. Try again.')}")
            else:
                done += 1
    if done:
        text = ngettext("%(count)d done.", "%(count)d done.", done) % {"count": done}
        model_admin.message_user(request, text, messages.SUCCESS)
    if skipped:
        text = ngettext("%(count)d skipped.", "%(count)d skipped.", len(skipped))
        tell(model_admin, request, text, skipped, messages.WARNING)
    if failed:
        text = ngettext("%(count)d failed.", "%(count)d failed.", len(failed))
        tell(model_admin, request, text, failed, messages.ERROR)


def tell(
    model_admin: ModelAdmin[Any], request: HttpRequest, text: str, each: list[str], level: int
) -> None:
    shown = [text % {"count": len(each)}, *each[:TOLD_ROWS]]
    if len(each) > TOLD_ROWS:
        shown.append(_("… and %(count)d more.") % {"count": len(each) - TOLD_ROWS})
    model_admin.message_user(request, " ".join(shown), level)
