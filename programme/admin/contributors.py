"""Pages on those who contribute to a gathering: who is asked, who has answered, what is missing, what they gave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.models import Conference
from programme.actions import accepting, inviting
from programme.errors import ProgrammeError
from programme.materials import picture_of
from programme.missing import still_missing
from programme.models import Contribution, Material, Speaker, SpeakerInvitation, SpeakerNeed
from programme.portal_forms import InviteForm
from recovery_network.admin_base import staff
from recovery_network.audit.actions import record

CHANGE = "programme.change_speakerinvitation"
SEE_NEEDS = "programme.see_speaker_needs"
LATE = time(23, 59)


@dataclass(frozen=True)
class Row:
    """One person in the draft of a programme, or asked to be in it."""

    speaker: Speaker
    parts: list[Contribution]
    invitation: SpeakerInvitation | None
    missing: list[str | Promise]
    waits: bool

    @property
    def named_though_not_coming(self) -> bool:
        """In the programme still, though they have said that they won't come."""
        left = {SpeakerInvitation.State.DECLINED, SpeakerInvitation.State.WITHDRAWN}
        return bool(self.parts) and self.invitation is not None and self.invitation.state in left


def rows_of(conference: Conference) -> list[Row]:
    """Everyone in the draft and everyone asked, by name; a constant number of queries."""
    parts: dict[int, list[Contribution]] = {}
    speakers: dict[int, Speaker] = {}
    contributions = Contribution.objects.filter(session__conference=conference)
    for each in contributions.select_related("speaker", "session").order_by("session__starts_at"):
        parts.setdefault(each.speaker_id, []).append(each)
        speakers[each.speaker_id] = each.speaker
    invitations = {
        each.speaker_id: each
        for each in SpeakerInvitation.objects.filter(conference=conference).select_related(
            "speaker"
        )
    }
    missing = still_missing(invitations.values())
    for invitation in invitations.values():
        speakers.setdefault(invitation.speaker_id, invitation.speaker)
    return [
        Row(
            speaker=speaker,
            parts=parts.get(pk, []),
            invitation=invitations.get(pk),
            missing=missing[invitations[pk].pk] if pk in invitations else [],
            waits=pk in invitations and waits(invitations[pk]),
        )
        for pk, speaker in sorted(speakers.items(), key=lambda item: item[1].name.casefold())
    ]


def waits(invitation: SpeakerInvitation) -> bool:
    """Whether something they gave is to be let through; its talks and slides are fetched."""
    return (
        invitation.profile_waits
        or any(talk.waits for talk in invitation.talks.all())
        or any(material.accepted_at is None for material in invitation.slides.all())
    )


def contributors_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    form = InviteForm(
        request.POST if request.method == "POST" else None, initial={"wants_slides": True}
    )
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if form.is_valid() and run(desk, request, conference, form):
            return redirect("admin:conferences_conference_contributors", conference.pk)
    context = {
        **desk.programme_context(request, conference),
        "title": _("Contributors"),
        "page": "contributors",
        "rows": rows_of(conference),
        "chosen": request.POST.getlist("who"),
        "form": form,
        "may_ask": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "admin/programme/contributors.html", context)


def run(desk: Any, request: HttpRequest, conference: Conference, form: InviteForm) -> bool:
    """Does to each of those chosen what was pressed; whether there was anything to do."""
    chosen = {
        int(each) for each in request.POST.getlist("who") if each.isdecimal() and len(each) < 18
    }
    by = staff(request)

    def ask(speaker: Speaker) -> None:
        day = datetime.combine(form.cleaned_data["answer_by"], LATE, conference.zone)
        inviting.invite(
            conference=conference,
            speaker=speaker,
            by=by,
            answer_by=day,
            message=form.cleaned_data["message"],
            wants_slides=form.cleaned_data["wants_slides"],
        )

    def asked(speaker: Speaker) -> SpeakerInvitation:
        found = SpeakerInvitation.objects.filter(conference=conference, speaker=speaker).first()
        if found is None:
            raise ProgrammeError(_("They haven't been asked yet."), code="no_link")
        return found

    verbs: dict[str, Callable[[Speaker], object]] = {
        "invite": ask,
        "remind": lambda speaker: inviting.remind(invitation=asked(speaker), by=by),
        "revoke": lambda speaker: inviting.revoke(invitation=asked(speaker), by=by),
    }
    verb = verbs.get(request.POST.get("do", ""))
    people = [row.speaker for row in rows_of(conference) if row.speaker.pk in chosen]
    if verb is None or not people:
        form.add_error(None, _("Choose who, and what to do."))
        return False
    done, refusals = each_of(people, verb)
    if done:
        said = ngettext("%(count)d done.", "%(count)d done.", done) % {"count": done}
        desk.message_user(request, said, messages.SUCCESS)
    for refusal in refusals:
        desk.message_user(request, refusal, messages.WARNING)
    return True


def each_of(people: list[Speaker], verb: Callable[[Speaker], object]) -> tuple[int, list[str]]:
    done, refusals = 0, []
    for speaker in people:
        try:
            verb(speaker)
        except ProgrammeError as refusal:
            refusals.append(f"{speaker}: {refusal}")
        except OperationalError:
            refusals.append(f"{speaker}: {_('The database was busy. Try again.')}")
        else:
            done += 1
    return done, refusals


def review_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    """What one of them gave, beside what stands there now; each thing is let through by a press."""
    invitation = invitation_asked_for(request, conference)
    if "picture" in request.GET:
        return picture_of(invitation)
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return let_through(desk, request, conference, invitation)
    need = None
    if request.user.has_perm(SEE_NEEDS):
        need = SpeakerNeed.objects.filter(invitation=invitation).first()
        if need is not None:
            record(
                action="contributor.needs_opened",
                by=staff(request),
                object=invitation,
                conference_id=conference.pk,
            )
    context = {
        **desk.programme_context(request, conference),
        "title": invitation.speaker.name,
        "page": "contributors",
        "invitation": invitation,
        "missing": still_missing([invitation])[invitation.pk],
        "talks": list(invitation.talks.select_related("session")),
        "slides": list(invitation.slides.select_related("session")),
        "need": need,
        "statuses": SpeakerNeed.Status.choices,
        "waits": waits(invitation),
        "may_ask": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "admin/programme/contributor.html", context)


def invitation_asked_for(request: HttpRequest, conference: Conference) -> SpeakerInvitation:
    pk = request.GET.get("who", "")
    rows = SpeakerInvitation.objects.select_related("speaker", "conference")
    found = rows.filter(
        conference=conference, pk=pk if pk.isdecimal() and len(pk) < 18 else 0
    ).first()
    if found is None:
        raise Http404
    return found


def let_through(
    desk: Any, request: HttpRequest, conference: Conference, invitation: SpeakerInvitation
) -> HttpResponse:
    by = staff(request)
    what, _colon, pk = request.POST.get("accept", "").partition(":")
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else -1
    try:
        said = run_one(what, pk, invitation, seen, by, request)
    except ProgrammeError as refusal:
        desk.message_user(request, str(refusal), messages.ERROR)
    except OperationalError:
        desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
    else:
        desk.message_user(request, said, messages.SUCCESS)
    review = reverse("admin:conferences_conference_contributor", args=[conference.pk])
    return redirect(f"{review}?who={invitation.pk}")


def run_one(
    what: str, pk: str, invitation: SpeakerInvitation, seen: int, by: Any, request: HttpRequest
) -> str:
    """Calls the verb of the button, and says what it did. Raises Http404 for what isn't theirs."""
    number = int(pk) if pk.isdecimal() and len(pk) < 18 else 0
    if what == "profile":
        accepting.accept_profile(invitation=invitation, version=seen, by=by)
        return _("Readers see it now.")
    if what == "aside":
        accepting.set_aside(invitation=invitation, by=by)
        return _("Set aside. Nothing that readers see was changed.")
    if what == "talk" and (proposal := invitation.talks.filter(pk=number).first()):
        accepting.accept_talk(proposal=proposal, version=seen, by=by)
        return _("It stands in the draft. Readers see it when you publish the programme.")
    if what == "material":
        material = Material.objects.select_related("session__conference", "contributed_by").filter(
            pk=number, contributed_by=invitation
        )
        if found := material.first():
            accepting.accept_material(material=found, by=by)
            return _("Those it is for see it from its time on.")
    if what == "need" and request.user.has_perm(SEE_NEEDS):
        need = SpeakerNeed.objects.select_related("invitation").filter(invitation=invitation)
        if answered := need.first():
            accepting.answer_need(need=answered, status=request.POST.get("status", ""), by=by)
            return _("They see the answer on their page.")
    raise Http404
