"""The counties of Norway and the regions of Denmark, by ISO 3166-2, and where each stands on our map."""

from dataclasses import dataclass

from django.db import models


class Region(models.TextChoices):
    """Names are the places' own, so they are the same in every language."""

    OSLO = "NO-03", "Oslo"
    ROGALAND = "NO-11", "Rogaland"
    MORE_OG_ROMSDAL = "NO-15", "Møre og Romsdal"
    NORDLAND = "NO-18", "Nordland"
    OSTFOLD = "NO-31", "Østfold"
    AKERSHUS = "NO-32", "Akershus"
    BUSKERUD = "NO-33", "Buskerud"
    INNLANDET = "NO-34", "Innlandet"
    VESTFOLD = "NO-39", "Vestfold"
    TELEMARK = "NO-40", "Telemark"
    AGDER = "NO-42", "Agder"
    VESTLAND = "NO-46", "Vestland"
    TRONDELAG = "NO-50", "Trøndelag"
    TROMS = "NO-55", "Troms"
    FINNMARK = "NO-56", "Finnmark"
    NORDJYLLAND = "DK-81", "Nordjylland"
    MIDTJYLLAND = "DK-82", "Midtjylland"
    SYDDANMARK = "DK-83", "Syddanmark"
    HOVEDSTADEN = "DK-84", "Hovedstaden"
    SJAELLAND = "DK-85", "Sjælland"


# Column and row of each region's stone: the country as one stands in it, north at the top.
STONES = {
    Region.FINNMARK: (3, 0),
    Region.TROMS: (2, 1),
    Region.NORDLAND: (2, 2),
    Region.TRONDELAG: (1, 3),
    Region.MORE_OG_ROMSDAL: (0, 4),
    Region.INNLANDET: (1, 4),
    Region.VESTLAND: (0, 5),
    Region.BUSKERUD: (1, 5),
    Region.OSLO: (2, 5),
    Region.AKERSHUS: (3, 5),
    Region.ROGALAND: (0, 6),
    Region.TELEMARK: (1, 6),
    Region.VESTFOLD: (2, 6),
    Region.OSTFOLD: (3, 6),
    Region.AGDER: (1, 7),
    Region.NORDJYLLAND: (1, 8),
    Region.MIDTJYLLAND: (1, 9),
    Region.HOVEDSTADEN: (3, 9),
    Region.SYDDANMARK: (1, 10),
    Region.SJAELLAND: (2, 10),
}
WIDTH, HEIGHT, GAP, LINE = 122, 66, 6, 19


@dataclass(frozen=True)
class Stone:
    """One region on the map, in the map's own units; `count` is how many organisations are there."""

    region: Region
    count: int
    x: int
    y: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    def lines(self) -> list[tuple[int, str]]:
        """The words of the name and the number, each with the height of its line; long names take two."""
        name = self.region.label
        words = name.rsplit(" ", 1) if len(name) > 11 else [name]
        texts = [*words, str(self.count)] if self.count else words
        top = self.y + (self.height - LINE * (len(texts) - 1)) // 2 + 6
        return [(top + LINE * number, text) for number, text in enumerate(texts)]


@dataclass(frozen=True)
class Map:
    stones: list[Stone]
    width: int
    height: int


def map_of(counts: dict[str, int]) -> Map:
    """Norway always, Denmark where an organisation there is listed."""
    danish = any(code.startswith("DK") and count for code, count in counts.items())
    shown = {region: at for region, at in STONES.items() if danish or region.startswith("NO")}
    stones = [
        Stone(region, counts.get(region, 0), column * (WIDTH + GAP), row * (HEIGHT + GAP))
        for region, (column, row) in shown.items()
    ]
    return Map(
        stones,
        width=max(stone.x for stone in stones) + WIDTH,
        height=max(stone.y for stone in stones) + HEIGHT,
    )
