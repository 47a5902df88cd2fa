"""What someone with a link of their own has written so far, so that a lost connection loses nothing."""

import json

from django.db import transaction

from surveys.models import Draft, Invitation
from surveys.questionnaire import Questionnaire
from surveys.sealing import TooLong, seal, unseal
from surveys.sheets import Typed


@transaction.atomic
def save_draft(*, invitation: Invitation, questionnaire: Questionnaire, typed: Typed) -> bool:
    """Keeps what was typed, sealed; False where it is too long to be kept or already sent.

    Holds the link, so that no draft is written after its answer.
    """
    held = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if held.answered:
        return False
    content = json.dumps(dict(typed), ensure_ascii=False, separators=(",", ":")).encode()
    try:
        sealed = seal(content, size=2 * questionnaire.envelope_size)
    except TooLong:
        return False
    Draft.objects.update_or_create(invitation=held, defaults={"sealed": sealed})
    return True


def draft_of(invitation: Invitation) -> dict[str, list[str]]:
    """What was typed so far; nothing where there is no draft."""
    draft = Draft.objects.filter(invitation=invitation).first()
    if draft is None:
        return {}
    found: dict[str, list[str]] = json.loads(unseal(draft.sealed))
    return found
