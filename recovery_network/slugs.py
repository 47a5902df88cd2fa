"""Addresses made from titles."""

from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

LETTERS: dict[int, str] = {ord("ø"): "o", ord("æ"): "ae", ord("å"): "a"}


def free_slug(text: str, taken: QuerySet[Any], field: str = "slug", *, most: int = 80) -> str:
    """An address made from `text` that no row of `taken` has in `field`: "apning", "apning-2", …"""
    plain = text.casefold().translate(LETTERS)
    stem = slugify(plain)[: most - 5].strip("-") or "side"
    slug, number = stem, 1
    while taken.filter(**{field: slug}).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug
