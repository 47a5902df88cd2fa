"""An open follow-up for members, and an evaluation that waits for the coming conference to be over."""

from datetime import timedelta

from django.utils import timezone

from conferences.models import Conference
from recovery_network.demo.coming import SLUG as CONFERENCE
from surveys.actions.building import put_in
from surveys.library import LIBRARY
from surveys.models import Survey

FOLLOW_UP, EVALUATION = "oppfolging", "evaluering"


def load() -> None:
    now = timezone.now()
    if not Survey.objects.filter(slug=FOLLOW_UP).exists():
        plan = LIBRARY["needs"].plan()
        survey = Survey.objects.create(
            slug=FOLLOW_UP,
            title=plan.title,
            introduction=plan.introduction,
            thanks=plan.thanks,
            mode=Survey.Mode.CONFIDENTIAL,
            audience=Survey.Audience.MEMBERS,
            opens_at=now - timedelta(days=2),
            closes_at=now + timedelta(days=40),
        )
        put_in(survey=survey, plan=plan, by=None)
    if not Survey.objects.filter(slug=EVALUATION).exists():
        plan = LIBRARY["conference"].plan()
        survey = Survey.objects.create(
            slug=EVALUATION,
            title=plan.title,
            introduction=plan.introduction,
            thanks=plan.thanks,
            layout=plan.layout,
            mode=Survey.Mode.ANONYMOUS,
            audience=Survey.Audience.ATTENDED,
            conference=Conference.objects.get(slug=CONFERENCE),
            opens_after_conference=True,
        )
        put_in(survey=survey, plan=plan, by=None)
