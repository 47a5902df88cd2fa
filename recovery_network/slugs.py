"""Addresses made from titles."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

LETTERS: dict[int, str] = {ord("ø"): "o", ord("æ"): "ae", ord("å"): "a"}


def stem_of(text: str, *, most: int = 80) -> str:
    """`text` as an address, with room for a number behind it."""
    plain = text.casefold().translate(LETTERS)
    return slugify(plain)[: most - 5].strip("-") or "side"


def free_slug(text: str, taken: QuerySet[Any], field: str = "slug", *, most: int = 80) -> str:
    """An address made from `text` that no row of `taken` has in `field`: "apning", "apning-2", …"""
    stem = stem_of(text, most=most)
    slug, number = stem, 1
    while taken.filter(**{field: slug}).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def slug_beside(taken: Collection[str], text: str) -> str:
    """As free_slug(), where those that are taken are known already."""
    stem = stem_of(text)
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
