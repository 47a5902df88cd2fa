"""Clock times as organisers write them, on the day and in the zone of the gathering. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

# 9, 09, 9.05, 09:05, 0905, kl. 9.05; B is the second time round on the night the clocks go back.
CLOCK = re.compile(
    r"(?:kl(?:okken|okka)?\.?\s*)?(?P<hour>\d{1,2})(?:[.:]?(?P<minute>\d{2}))?\s*(?P<round>[AaBb])?"
)


class NoTime(ValueError):
    """What was written is no time of that day; its text is a sentence for people."""


def read(text: str, day: date, zone: ZoneInfo, *, after: datetime | None = None) -> datetime:
    """The moment that `text` means on `day`.

    With `after` it is the first such moment later than that, if need be past midnight. Raises NoTime.
    """
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise NoTime(_("Write the time as 09.15."))
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if hour == 24 and minute == 0 and after is not None:
        hour = 0
    if hour > 23 or minute > 59:
        raise NoTime(_("There is no such time."))
    wanted = (found["round"] or "").upper()
    candidates = moments(day, time(hour, minute), zone)
    if not candidates:
        raise NoTime(_("That night the clocks go forward, and this time does not come."))
    if wanted and len(candidates) == 2:
        candidates = [candidates[wanted == "B"]]
    if after is None:
        return candidates[0]
    later = [moment for moment in candidates if moment > after]
    if later:
        return later[0]
    tomorrow = moments(day + timedelta(days=1), time(hour, minute), zone)
    if not tomorrow:
        raise NoTime(_("That night the clocks go forward, and this time does not come."))
    return tomorrow[0]


def moments(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """When the clock shows that on that day: once, twice, or never; in UTC."""
    found = []
    for fold in (0, 1):
        local = datetime.combine(day, clock, zone).replace(fold=fold)
        moment = local.astimezone(UTC)
        shown = moment.astimezone(zone)
        if shown.replace(tzinfo=None) == local.replace(tzinfo=None) and moment not in found:
            found.append(moment)
    return found


def written(moment: datetime | None, zone: ZoneInfo) -> str:
    """ "09.15", as read() understands it; "" for none."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    second = local.fold and len(moments(local.date(), local.time(), zone)) == 2
    return f"{local:%H.%M}{'B' if second else ''}"
