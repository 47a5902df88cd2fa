"""Ready questionnaires in four languages, as files that could as well have been imported."""

from dataclasses import dataclass
from pathlib import Path

from surveys import files
from surveys.words import say

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Ready:
    name: str

    def plan(self) -> files.Plan:
        return files.from_bytes((FOLDER / f"{self.name}.json").read_bytes())

    def title_in_words(self) -> str:
        return say(self.plan().title).text


LIBRARY = {name: Ready(name) for name in ("conference", "workshop", "needs")}
