"""The page that makes next year's conference of this year's."""

import re
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from conferences.actions import copy
from conferences.models import Conference
from programme.forms import CopyForm
from recovery_network.admin_base import staff

# 52 weeks: the same day of the week.
A_YEAR = timedelta(days=364)


def copy_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    first_day = conference.starts_at.astimezone(conference.zone).date() + A_YEAR
    form = CopyForm(
        request.POST if request.method == "POST" else None,
        initial={
            "title": re.sub(r"\b20\d\d\b", str(first_day.year), conference.title),
            "first_day": first_day,
        },
    )
    if form.is_valid():
        try:
            made = copy(conference=conference, by=staff(request), **form.cleaned_data)
        except OperationalError:
            desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        else:
            said = _("This is the copy: a draft that only organisers see. Look through its dates.")
            desk.message_user(request, said, messages.SUCCESS)
            return redirect("admin:conferences_conference_change", made.pk)
    context = {
        **desk.programme_context(request, conference),
        "title": _("Copy to another year"),
        "form": form,
    }
    return TemplateResponse(request, "admin/programme/copy.html", context)
