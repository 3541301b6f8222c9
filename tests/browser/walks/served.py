"""Servers for the walks: their clock can be set, and their database may be elsewhere."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.instance import ROOT, Instance


@dataclass
class ClockedInstance(Instance):
    """A served Canut whose clock a walk sets forward, and whose database it may move."""

    settings: dict[str, str] = field(default_factory=dict)

    @property
    def clock(self) -> Path:
        """Return the file that holds by how many seconds the clock is ahead."""
        return self.data.parent / "clock"

    @property
    def env(self) -> dict[str, str]:
        """Return the environment of its commands, with its clock."""
        if not self.clock.exists():
            self.clock.write_text("0")
        clock = {"SOAK_CLOCK": str(self.clock), "PYTHONPATH": str(ROOT / "tests/soak/clock")}
        return super().env | clock | self.settings

    def set_clock(self, seconds_ahead: int) -> None:
        """Set the clock of the server and of the commands beside it."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(seconds_ahead))
        fresh.replace(self.clock)
