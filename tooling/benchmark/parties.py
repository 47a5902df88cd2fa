"""Three hundred parties of four that arrive within a minute at a house of three hundred places."""

import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tooling.benchmark import client, report
from tooling.benchmark.client import Visitor
from tooling.benchmark.measures import Bench

PARTIES, SIZE, PLACES, SECONDS = 300, 4, 300, 60


@dataclass
class Arrival:
    """One contact person: when the form was sent and answered, by this machine's clock."""

    number: int
    sent: float = 0
    answered: float = 0
    status: int = 0

    @property
    def email(self) -> str:
        return f"kontakt{self.number}@example.no"

    def values(self, page: str) -> dict[str, str | list[str]]:
        people = range(1, SIZE + 1)
        found: dict[str, str | list[str]] = {
            **client.hidden_fields(page),
            "name": f"Kontakt {self.number}",
            "email": self.email,
            "terms": "on",
            "person": [str(each) for each in people],
        }
        for each in people:
            found[f"{each}-name"] = f"Deltaker {self.number} {each}"
            found[f"{each}-email"] = f"deltaker{self.number}.{each}@example.no"
            found[f"{each}-tier"] = "ansatt"
        return found

    def come(self, port: int, path: str, at: float) -> None:
        time.sleep(max(at - time.monotonic(), 0))
        visitor = Visitor(port)
        values = self.values(visitor.page(path))
        self.sent = time.monotonic()
        self.status = visitor.post(path, values).status
        self.answered = time.monotonic()


def parties(bench: Bench) -> Iterator[report.Line]:
    path = bench.addresses("parties", places=PLACES)["form"]
    arrivals = [Arrival(number) for number in range(PARTIES)]
    start = time.monotonic() + 1
    threads = [
        threading.Thread(
            target=each.come, args=(bench.site.port, path, start + each.number * SECONDS / PARTIES)
        )
        for each in arrivals
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answered = sum(each.status in {302, 303} for each in arrivals)
    yield report.exactly(f"Answers to {PARTIES} parties of {SIZE}", answered, PARTIES)
    times = sorted(each.answered - each.sent for each in arrivals)
    yield report.at_most(
        f"95 % of {PARTIES} parties within a minute",
        times[int(len(times) * 0.95) - 1],
        1,
        unit=" s",
        detail=f"half of them {statistics.median(times):.2f} s, the slowest {times[-1]:.2f} s",
    )
    confirmed = bench.ask("confirmed", "parties")
    assert isinstance(confirmed, int)
    yield report.exactly("Places given to parties", confirmed, PLACES)
    line = bench.ask("line", "parties")
    assert isinstance(line, dict)
    yield report.exactly("People of parties who wait", line["waiting"], PARTIES * SIZE - PLACES)
    wrong = sum(one != other for one, other in zip(line["stand"], line["commits"], strict=True))
    yield report.exactly("Parties out of the order of commits", wrong, 0)
