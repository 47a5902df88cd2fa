"""Attachments are kept as references, "name:argument", and made when the mail is delivered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """`mimetype` may carry parameters: "text/calendar; method=PUBLISH"."""

    filename: str
    content: bytes
    mimetype: str


Provider = Callable[[str], Attachment | None]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Let `provider(argument)` make what "name:argument" refers to; None when that is gone."""
    known = _providers.setdefault(name, provider)
    if known is not provider:
        raise ValueError(f"Two providers of attachments are called {name!r}")


def is_known(reference: str) -> bool:
    name, separator, _argument = reference.partition(":")
    return bool(separator) and name in _providers


def resolve(references: Iterable[str]) -> list[Attachment]:
    """The attachments that still exist, in order. Raises LookupError for an unknown name."""
    made = (one(reference) for reference in references)
    return [attachment for attachment in made if attachment is not None]


def one(reference: str) -> Attachment | None:
    name, _separator, argument = reference.partition(":")
    try:
        provider = _providers[name]
    except KeyError:
        raise LookupError(f"No provider of attachments is called {name!r}") from None
    return provider(argument)
