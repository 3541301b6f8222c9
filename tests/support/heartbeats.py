"""A page of Canut as a test opens it: it beats as ``time/heartbeats.ts``, at a made-up time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from canut.core.time.activity import CreditedInterval, WorkedTime, intervals_of, measure, times_of
from canut.core.time.beats import Beat, Session, Surface, columns_of

NOON = 1_795_608_000_000
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
PROJECT = 3
QUIET = 1_200_000


@dataclass
class Page:
    """One page's life; ``now`` is true time, ``mono`` the page's own clock."""

    session: str = "page"
    surface: str = "item:1"
    person: int = 1
    now: int = NOON
    delay: int = 40
    assistive: bool = False
    server_ahead: int = 0
    is_online: bool = True
    mono: int = 0
    is_visible: bool = True
    beats: list[Beat] = field(default_factory=list)
    kept: list[Beat] = field(default_factory=list)
    seconds: dict[int, list[int]] = field(default_factory=dict)
    media: int = 0

    def __post_init__(self) -> None:
        """Open the page: the server gives it out."""
        self.opened = self.now
        self.began = self.signed = self.mono
        self.seq = 0

    def stay(self, ms: int, *, hands: int = 0, plays: bool = False) -> "Page":
        """Let time pass; ``hands`` is how often, in milliseconds, a key is pressed."""
        until = self.mono + ms
        while self.mono < until:
            step = min(SECOND, until - self.mono)
            self.now += step
            self.mono += step
            self.media += step if plays else 0
            if hands and self.mono % hands == 0:
                self.press()
            if self.mono - self.began >= 15_000:
                quiet = not self.is_visible or self.mono - self.signed > QUIET
                if quiet and not self.seconds and not self.media:
                    self.began = self.mono
                else:
                    self.close()
        return self

    def press(self, count: int = 1) -> "Page":
        """Press a key."""
        self.seconds[self.mono // SECOND] = [self.mono // SECOND, count, 0, 0, 0]
        self.signed = self.mono if count else self.signed
        return self

    def close(self) -> None:
        """End the beat in hand."""
        buckets = list(self.seconds.values())
        received = self.now + self.server_ahead + self.delay
        beat = Beat(
            self.session, self.seq, self.mono, received, self.surface, buckets, self.media,
            self.is_visible,
        )  # fmt: skip
        (self.beats if self.is_online else self.kept).append(beat)
        self.seq += 1
        self.began = self.mono
        self.seconds, self.media = {}, 0

    def see(self, surface: str) -> "Page":
        """Show something else."""
        self.close()
        self.surface = surface
        return self

    def show(self, *, visible: bool) -> "Page":
        """Hide the page, or show it again."""
        self.is_visible = visible
        self.close()
        return self

    def leave(self) -> "Page":
        """Close the page."""
        return self.show(visible=False)

    def sleep(self, ms: int) -> "Page":
        """Let the computer sleep: the page's clock stands still."""
        self.now += ms
        return self

    def sync(self) -> "Page":
        """Send what was kept while there was no network."""
        received = self.now + self.delay
        self.beats += [beat._replace(received_ms=received) for beat in self.kept]
        self.kept, self.is_online = [], True
        return self


ITEM = Surface(PROJECT, allowance_ms=100_000)
SURFACES = {
    "item:1": ITEM,
    "item:2": ITEM,
    "other": Surface(4, allowance_ms=100_000),
    "queue": Surface(PROJECT, is_item=False),
    "why": Surface(PROJECT, is_item=False),
    "account": Surface(None, is_item=False),
    "pause": Surface(PROJECT, is_counted=False),
}


def intervals(
    pages: Sequence[Page], surfaces: Mapping[str, Surface] | None = None
) -> list[CreditedInterval]:
    """Measure pages; return what is credited, in order."""
    columns = columns_of(*_given(pages, surfaces))
    return intervals_of(columns, measure(columns.beats, columns.sessions, columns.surfaces))


def times(*pages: Page, surfaces: Mapping[str, Surface] | None = None) -> list[WorkedTime]:
    """Measure pages; return each project's time."""
    columns = columns_of(*_given(pages, surfaces))
    return times_of(measure(columns.beats, columns.sessions, columns.surfaces), columns.surfaces)


def credited(*pages: Page, surfaces: Mapping[str, Surface] | None = None) -> int:
    """Measure pages; return all that is credited, in milliseconds."""
    return sum(i.end_ms - i.begin_ms for i in intervals(pages, surfaces))


def _given(
    pages: Sequence[Page], surfaces: Mapping[str, Surface] | None
) -> tuple[list[Beat], dict[str, Session], Mapping[str, Surface]]:
    beats = [beat for page in pages for beat in page.beats]
    sessions = {p.session: Session(p.person, p.opened, p.assistive) for p in pages}
    return beats, sessions, SURFACES if surfaces is None else surfaces
