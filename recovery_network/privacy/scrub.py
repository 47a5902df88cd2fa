"""Takes addresses and keys out of text that is kept longer, or carried further, than they should be."""

import re

ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
MASK = "[address]"
# A part of a link that only chance can have written: long, with capitals. Slugs have none.
KEY = re.compile(r"(?<=/)(?=[\w-]*[A-Z])[\w-]{32,}")


def without_addresses(text: str, *known: str) -> str:
    """`text` with every e-mail address masked, and the name part of each `known` address too."""
    for address in filter(None, known):
        text = re.sub(re.escape(address), MASK, text, flags=re.IGNORECASE)
        local, _at, _domain = address.partition("@")
        if len(local) > 2:
            text = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", MASK, text, flags=re.IGNORECASE)
    return ADDRESS.sub(MASK, text)


def without_keys(text: str) -> str:
    """`text` with the secret part of every link left out."""
    return KEY.sub("…", text)
