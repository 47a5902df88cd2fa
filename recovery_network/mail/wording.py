"""Placeholders in the organisers' wording: {name} for a closed list of names, and nothing else."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# They turn the reading direction and can make one address look like another.
BIDI = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def unknown(text: str, allowed: Iterable[str]) -> list[str]:
    """What stands in braces in `text` and isn't allowed, as written, in order; a lone brace counts too."""
    known = set(allowed)
    wrong = [match.group() for match in PLACEHOLDER.finditer(text) if match.group(1) not in known]
    return wrong + re.findall(r"[{}]", PLACEHOLDER.sub("", text))


def fill(
    text: str,
    context: Mapping[str, Any],
    allowed: Iterable[str],
    escape: Callable[[str], str] = str,
) -> str | None:
    """`text` with its placeholders replaced by their escaped values.

    None when it can't be done: a placeholder that isn't allowed (any more) or that this mail has no
    value for. The usual words serve then, rather than a mail with braces in it.
    """
    names = set(PLACEHOLDER.findall(text))
    if unknown(text, allowed) or not names <= set(context):
        return None
    return PLACEHOLDER.sub(lambda match: escape(str(context[match.group(1)])), text)


def single_line(text: str, length: int = 200) -> str:
    """`text` as one line fit for a header: no control or direction characters, at most `length` long."""
    line = " ".join(BIDI.sub("", UNSEEN.sub(" ", text)).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
