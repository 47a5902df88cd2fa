"""Pages that publish a programme, and that compare and bring back earlier versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from conferences.models import Conference
from programme import changes, queries, snapshots
from programme.actions.restoring import restore
from programme.changes import Change
from programme.errors import ProgrammeError
from programme.models import ProgrammeVersion, Speaker
from programme.snapshots import Snapshot
from recovery_network.admin_base import staff

DRAFT = "draft"


@dataclass(frozen=True)
class ToldChange:
    """A changed session with what changed in words."""

    change: Change
    sentences: list[str]


def in_words(found: Sequence[Change]) -> list[ToldChange]:
    names = names_in(entry for change in found for entry in (change.before, change.after) if entry)
    return [ToldChange(change, changes.sentences(change, names)) for change in found]


def names_in(entries: Iterable[snapshots.Entry]) -> dict[int, str]:
    wanted = {each["speaker_id"] for entry in entries for each in entry["contributions"]}
    return dict(Speaker.objects.filter(pk__in=wanted).values_list("pk", "name"))


def publish_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    """Shows what readers don't see yet, and publishes it when asked to."""
    draft = snapshots.take(queries.draft_of(conference.pk))
    before = queries.newest_version(conference.pk)
    found = changes.compare(before.snapshot if before else [], draft)
    form = desk.publish_form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            version, told = desk.publish_programme(
                conference=conference, by=staff(request), form=form
            )
        except ProgrammeError as refusal:
            desk.message_user(request, str(refusal), messages.ERROR)
            form = form.again(snapshots.fingerprint(draft))
        except OperationalError:
            desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        else:
            said = _("The programme is published as version %(number)d.") % {
                "number": version.number
            }
            desk.message_user(request, f"{said} {told}".strip(), messages.SUCCESS)
            return redirect("admin:conferences_conference_programme_versions", conference.pk)
    context = {
        **desk.programme_context(request, conference),
        "title": _("Publish the programme"),
        "page": "publish",
        "changes": in_words(found),
        "before": before,
        "touched": desk.touched_by(found),
        "seen": snapshots.fingerprint(draft),
        "form": form,
    }
    return TemplateResponse(request, "admin/programme/publish.html", context)


def versions_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    """The versions, the difference between two of them, and the way back to one."""
    if request.method == "POST":
        return bring_back(desk, request, conference)
    versions = list(
        ProgrammeVersion.objects.filter(conference=conference.pk)
        .select_related("published_by")
        .defer("snapshot")
    )
    older, newer = request.GET.get("older", ""), request.GET.get("newer", "")
    if not older and versions:
        older, newer = str(versions[0].number), DRAFT
    found = None
    if older and newer:
        found = changes.compare(
            snapshot_of(conference, older, versions), snapshot_of(conference, newer, versions)
        )
    context = {
        **desk.programme_context(request, conference),
        "title": _("Versions of the programme"),
        "page": "versions",
        "versions": versions,
        "choices": [(DRAFT, _("the draft")), *((str(each.number), str(each)) for each in versions)],
        "older": older,
        "newer": newer,
        "changes": None if found is None else in_words(found),
    }
    return TemplateResponse(request, "admin/programme/versions.html", context)


def snapshot_of(
    conference: Conference, name: str, versions: Sequence[ProgrammeVersion]
) -> Snapshot:
    """Raises Http404 for a version that isn't there."""
    if name == DRAFT:
        return snapshots.take(queries.draft_of(conference.pk))
    for version in versions:
        if str(version.number) == name:
            found: Snapshot = version.snapshot
            return found
    raise Http404


def bring_back(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    if not request.user.has_perm("programme.change_session"):
        raise PermissionDenied
    number = request.POST.get("restore", "")
    version = ProgrammeVersion.objects.filter(
        conference=conference.pk,
        number=int(number) if number.isdecimal() and len(number) < 9 else 0,
    ).first()
    if version is None:
        raise Http404
    try:
        left_out = restore(version=version, by=staff(request))
    except ProgrammeError as refusal:
        desk.message_user(request, str(refusal), messages.ERROR)
        return redirect("admin:conferences_conference_programme_versions", conference.pk)
    except OperationalError:
        desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        return redirect("admin:conferences_conference_programme_versions", conference.pk)
    said = _("The draft is now as version %(number)d was. Publish it when you are ready.")
    desk.message_user(request, said % {"number": version.number}, messages.SUCCESS)
    if left_out:
        gone = _("Contributors left out because they are no longer known: %(count)d.")
        desk.message_user(request, gone % {"count": left_out}, messages.WARNING)
    return redirect("admin:conferences_conference_programme_publish", conference.pk)
