from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from registrations import costs, line, mails, queries, workshops
from registrations.answers import secret, with_form
from registrations.models import Registration
from registrations.needs import needs_of
from registrations.views.pages import page_about, unknown_link

State = Registration.State


@secret
@require_safe
def manage(request: HttpRequest, key: str) -> HttpResponse:
    registration = queries.with_agreement().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request, key=key)
    now = timezone.now()
    called_off = registration.conference.is_called_off()
    waits = registration.shown_state == State.WAITING and not called_off
    takes_part = registration.is_active and not called_off
    page = page_about(
        request,
        registration,
        "registrations/manage.html",
        needs=needs_of(registration),
        may_cancel=registration.may_cancel(now),
        has_agreed=vars(registration)["has_agreed"],
        may_change=registration.may_change(now),
        may_name=registration.may_name(now),
        may_hand_over=registration.may_hand_over(now),
        may_take_back=registration.may_take_back(now),
        cost=costs.cost_for(registration, now),
        blocks=workshops.chosen(registration) if takes_part else [],
        standing=line.standings(registration.conference, [registration]).get(registration.pk)
        if waits
        else None,
    )
    return with_form(page) if registration.may_take_back(now) else page


@secret
@require_safe
def manage_calendar(request: HttpRequest, key: str) -> HttpResponse:
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None or registration.is_unnamed:
        raise Http404
    if registration.shown_state not in {State.CONFIRMED, State.CANCELLED}:
        raise Http404
    return HttpResponse(
        mails.personal_calendar(registration),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="kalender.ics"'},
    )
