from conferences.copying import Copying
from recovery_network.slugs import free_slug
from surveys.actions.building import plan_of, put_in
from surveys.models import Survey

LONGEST_SLUG = 60


def copy_surveys(copying: Copying) -> None:
    """The questionnaires, as drafts; nobody's answer or invitation, and nothing that was published.

    Whoever let one open by itself when the old conference was over finds that it does so again. A date or
    a press that opened one was about the old one alone. Questions keep their origin, so that the years
    can be compared.
    """
    for survey in Survey.objects.filter(conference=copying.source).order_by("pk"):
        made = copying.clone(
            survey,
            slug=free_slug(survey.slug, Survey.objects.all(), most=LONGEST_SLUG),
            opens_at=None,
            closes_at=None,
            closed_at=None,
            summary_published_at=None,
            divided_by_id=None,
            opened_on=None,
            revision=1,
        )
        put_in(survey=made, plan=plan_of(survey), by=None)
