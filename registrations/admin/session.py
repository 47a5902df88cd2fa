"""Sessions in the admin, with the seats of those that people choose."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from conferences.actions import lock
from programme import admin as programme_admin
from programme.admin.session import SessionForm, SessionFormSet
from programme.models import Session
from recovery_network.admin_base import staff
from recovery_network.i18n import in_zone
from registrations import workshops
from registrations.actions.places import refill
from registrations.actions.workshops import call_off_workshop, change_workshop, leave_workshop
from registrations.errors import RegistrationError
from registrations.forms.organisers import CallOffForm, MoveForm
from registrations.models import SessionSeat
from registrations.workshops import SeatLedger

SEE_RIGHTS = ("programme.view_session", "registrations.view_sessionseat")
MOVE_RIGHTS = (*SEE_RIGHTS, "registrations.change_sessionseat")


def fix_block(form: Any, chosen: set[int]) -> None:
    """Seats stay in the block they were taken in, so it can't be changed once there are some."""
    if "block" in form.fields and form.instance.pk in chosen:
        form.fields["block"].disabled = True
        form.fields["block"].help_text = _("People have seats here, so the block stays.")


def with_seats(**where: Any) -> set[int]:
    """The sessions in which somebody has a seat, a turn or a wish."""
    return set(SessionSeat.objects.filter(**where).values_list("session_id", flat=True).distinct())


class WorkshopFormSet(SessionFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if not hasattr(self, "chosen"):
            self.chosen = (
                with_seats(session__conference=self.instance) if self.instance.pk else set()
            )
        fix_block(form, self.chosen)


class WorkshopInline(programme_admin.SessionInline):
    formset = WorkshopFormSet


class WorkshopForm(SessionForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            fix_block(self, with_seats(session=self.instance))


@admin.register(Session)
class SessionAdmin(programme_admin.SessionAdmin):
    form = WorkshopForm

    def get_urls(self) -> list[URLPattern]:
        asked = require_http_methods(["GET", "HEAD", "POST"])
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/people/",
                wrap(asked(self.people_view)),
                name="programme_session_people",
            ),
            path(
                "<path:object_id>/call-off/",
                wrap(asked(self.call_off_view)),
                name="programme_session_call_off",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        session = context.get("original")
        is_workshop = session is not None and session.block_id is not None
        may = {"may_see_people": is_workshop and request.user.has_perms(SEE_RIGHTS)}
        return super().render_change_form(request, {**context, **may}, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # More seats may be what somebody has waited for.
        refill(conference_id=form.instance.conference_id)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Seats may change here, so the conference is locked before anything is read (`domain.md` 4)."""
        session = None
        if request.method == "POST" and object_id is not None:
            session = self.get_object(request, unquote(object_id))
        if session is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                lock(session.conference_id)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except OperationalError:
            busy = _("Nothing was saved: many are registering just now. Try again in a moment.")
            self.message_user(request, busy, messages.ERROR)
            return redirect(request.get_full_path())

    def people_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Who has a seat and who waits, with one person moved by hand at a time."""
        session = self.workshop_or_404(request, object_id, SEE_RIGHTS)
        seats = list(workshops.people_in(session))
        form = move_form(request, session, seats)
        if request.method == "POST" and not request.user.has_perms(MOVE_RIGHTS):
            raise PermissionDenied
        if form.is_valid() and self.move(request, session, seats, form):
            return redirect(request.path)
        context = self.about(
            request,
            session,
            session.title,
            held=[seat for seat in seats if seat.is_held],
            waiting=[seat for seat in seats if seat.waits],
            wished=[seat for seat in seats if seat.state == SessionSeat.State.WISHED],
            form=form if request.user.has_perms(MOVE_RIGHTS) and seats else None,
            may_call_off=request.user.has_perms(MOVE_RIGHTS)
            and session.called_off_at is None
            and session.starts_at > timezone.now(),
        )
        return self.shown(request, session, "people.html", context)

    def move(
        self, request: HttpRequest, session: Session, seats: list[SessionSeat], form: MoveForm
    ) -> bool:
        """Whether it was done; a refusal stands in the form."""
        said = form.cleaned_data
        person = next(
            seat.registration for seat in seats if str(seat.registration_id) == said["person"]
        )
        by, reason = staff(request), said["reason"]
        try:
            if said["workshop"]:
                target = Session.objects.get(pk=said["workshop"])
                change_workshop(registration=person, session=target, by=by, reason=reason)
            else:
                leave_workshop(registration=person, session=session, by=by, reason=reason)
        except RegistrationError as refusal:
            form.add_error("workshop", str(refusal))
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
        else:
            self.message_user(request, _("Done. The person is told by mail."), messages.SUCCESS)
            return True
        return False

    def call_off_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Says what it does and how many are told, and asks for the organiser's own words."""
        session = self.workshop_or_404(request, object_id, MOVE_RIGHTS)
        form = CallOffForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                told = call_off_workshop(session=session, by=staff(request), **form.cleaned_data)
            except RegistrationError as refusal:
                form.add_error(None, str(refusal))
            except OperationalError:
                form.add_error(None, _("The database was busy. Try again."))
            else:
                text = ngettext(
                    "The workshop is called off. %(count)d mail is on its way.",
                    "The workshop is called off. %(count)d mails are on their way.",
                    told,
                )
                self.message_user(request, text % {"count": told}, messages.SUCCESS)
                return redirect("admin:conferences_conference_workshops", session.conference_id)
        people = session.seats.values("registration").distinct().count()
        title = _("Call off the workshop")
        context = self.about(request, session, title, form=form, people=people)
        return self.shown(request, session, "call_off.html", context)

    def workshop_or_404(
        self, request: HttpRequest, object_id: str, rights: tuple[str, ...]
    ) -> Session:
        if not request.user.has_perms(rights):
            raise PermissionDenied
        session: Session | None = self.get_object(request, unquote(object_id))
        if session is None or session.block is None:
            raise Http404
        return session

    def about(
        self, request: HttpRequest, session: Session, title: str, **more: Any
    ) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": session.conference.title,
            "opts": self.opts,
            "session": session,
            "conference": session.conference,
            **more,
        }

    def shown(
        self, request: HttpRequest, session: Session, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        with in_zone(session.conference.time_zone):
            return TemplateResponse(
                request, f"admin/programme/session/{template}", context
            ).render()


def move_form(request: HttpRequest, session: Session, seats: list[SessionSeat]) -> MoveForm:
    people = [(str(seat.registration_id), name_and_state(seat)) for seat in seats]
    ledger = SeatLedger.of(session.conference)
    others = [each for each in ledger.sessions.values() if each.block_id == session.block_id]
    targets = [(str(each.pk), name_and_room(each, ledger)) for each in others if each != session]
    if any(seat.waits for seat in seats) and session.pk in ledger.sessions:
        targets.insert(0, (str(session.pk), name_and_room(session, ledger)))
    data = request.POST if request.method == "POST" else None
    return MoveForm(data, people=people, workshops=targets)


def name_and_state(seat: SessionSeat) -> str:
    name = seat.registration.name
    return name if seat.is_held else f"{name} ({seat.get_state_display()})"


def name_and_room(session: Session, ledger: SeatLedger) -> str:
    left = ledger.left(session)
    if left is None:
        return session.title
    seats = ngettext("%(count)d seat left", "%(count)d seats left", left) % {"count": left}
    return f"{session.title} ({seats})"
