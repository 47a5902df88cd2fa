from typing import Any

from django.core.checks import CheckMessage, Error

from recovery_network.privacy import registry


def every_personal_field_can_be_reached(**_kwargs: Any) -> list[CheckMessage]:
    """A field that nobody could be shown, or that erasing would leave, stops the start."""
    hint = "Add a Road to ROADS, or a reason to NO_ROAD; see recovery_network/privacy/fields.py."
    return [Error(sentence, hint=hint, id="privacy.E001") for sentence in registry.lost()]
