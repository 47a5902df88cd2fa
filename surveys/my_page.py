from django.utils.translation import gettext_lazy as _

from network.my_page import Section
from recovery_network.privacy.person import Person
from surveys.models import Invitation, Survey


def section(person: Person) -> Section | None:
    """Surveys that wait for the person's answer.

    Only those in which each person has a link of their own: nothing ties anyone to an anonymous survey.
    """
    invitations = Invitation.objects.filter(person.owns("email"), answered=False).exclude(
        survey__mode=Survey.Mode.ANONYMOUS
    )
    waiting = [
        each
        for each in invitations.select_related("survey__conference").order_by("survey_id", "pk")
        if each.survey.state() == Survey.State.OPEN
    ]
    if not waiting:
        return None
    return Section(
        "surveys", _("Surveys that wait for you"), "surveys/my_page.html", {"waiting": waiting}
    )
