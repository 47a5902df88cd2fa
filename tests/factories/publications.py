from datetime import timedelta
from typing import Any

from django.utils import timezone

from network.models import Article, Resource
from tests.factories.counting import numbers


def make_article(**fields: Any) -> Article:
    """Published yesterday."""
    number = next(numbers)
    values: dict[str, Any] = {
        "slug": f"sak-{number}",
        "title": f"Sak {number}",
        "lead": "Kort om saken.",
        "body": "Mer om saken.",
        "published_at": timezone.now() - timedelta(days=1),
    }
    return Article.objects.create(**{**values, **fields})


def make_resource(**fields: Any) -> Resource:
    """In the library since yesterday, with a link."""
    number = next(numbers)
    values: dict[str, Any] = {
        "slug": f"rapport-{number}",
        "title": f"Rapport {number}",
        "year": 2020,
        "link": "https://example.org/rapport",
        "published_at": timezone.now() - timedelta(days=1),
    }
    return Resource.objects.create(**{**values, **fields})
