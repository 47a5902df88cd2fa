"""Takes addresses out of text that is kept longer than the people it came from."""

import re

ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
MASK = "[address]"


def without_addresses(text: str, *known: str) -> str:
    """`text` with every e-mail address masked, and the name part of each `known` address too."""
    for address in filter(None, known):
        text = re.sub(re.escape(address), MASK, text, flags=re.IGNORECASE)
        local, _at, _domain = address.partition("@")
        if len(local) > 2:
            text = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", MASK, text, flags=re.IGNORECASE)
    return ADDRESS.sub(MASK, text)
