from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from conferences.models import Conference
from conferences.structured import as_script
from programme import structured
from programme.models import Session

register = template.Library()


@register.simple_tag
def structured_programme(
    conference: Conference, sessions: Sequence[Session], *, state: Conference.State
) -> SafeString:
    return as_script(structured.programme(conference, sessions, state=state))


@register.simple_tag
def structured_session(
    conference: Conference, session: Session, *, state: Conference.State
) -> SafeString:
    return as_script(structured.session(conference, session, state=state))
