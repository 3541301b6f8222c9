"""What stands between a pilot and an open project, line by line: who must do what now.

The lines are money, invitation, people, places, price, open. Each has one action; the first that is
not done has the page's primary one.
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from canut.actions.participation.accord_prices import LeastPrice, price_below
from canut.actions.projects.cost_preview import Cover, before_opening
from canut.actions.work.pilot import PilotStatus, places_said, standing_of
from canut.core.pay.pilot import PilotOutcome, PilotVerdict
from canut.core.svg import element
from canut.store.models import Invitation, Person, Project, RateVersion, Role
from canut.store.participation.place_questions import people_asked
from canut.store.people.names import count_people, names_of
from canut.store.work.pilots import answers_by_worker, has_passed
from canut.web.kit.access import open_invitations
from canut.web.kit.formatting import money
from canut.web.kit.messages import message_now
from canut.web.people.invitations import link_to

LINES = ("money", "invitation", "people", "places", "price", "open")
DOTS_HEIGHT = 60
EDGE, SPAN = 3.0, 94.0  # percent of the width left free, and used
NEAR_LEFT, NEAR_RIGHT = 30, 70  # percent of the width: where a name would leave the drawing


@dataclass(frozen=True)
class Road:
    """How far a pilot is.

    Args:
        standing: who answered, and the verdict on the price.
        cover: the money of the whole, and what is missing.
        link: the newest link that is still open; None if there is none.
        url: its address.
        came: how many people came.
        answers: how many answers there are.
        answered: how many people gave them.
        missing: who answered and has not said where they work.
        is_asked: whether all of them were asked.
        places: who said it, with their place.
        done: the lines that are done.
        now: the first line that is not.
        dots: the drawing of what an hour brings each; empty before anybody answered.
        people: who answered, with what an hour brings them.
        outcomes: the same people with what the pilot shows of each.
        below: the least price of an accord, where the price is under it and so cannot open.
    """

    standing: PilotStatus
    cover: Cover | None
    link: Invitation | None
    url: str
    came: int
    answers: int
    answered: int
    missing: list[Person]
    is_asked: bool
    places: list[tuple[Person, str]]
    done: frozenset[str]
    now: str
    dots: SafeString
    people: list[tuple[str, str]]
    outcomes: list[tuple[str, PilotOutcome]]
    below: LeastPrice | None = None

    @property
    def number_done(self) -> int:
        """Return how many of the six lines are done."""
        return len(self.done)

    @property
    def by_place(self) -> list[tuple[str, str]]:
        """Return each place that was said, with the names of who said it."""
        groups: dict[str, list[str]] = {}
        for person, place in self.places:
            groups.setdefault(place, []).append(str(person))
        return [(place, _listed(names)) for place, names in sorted(groups.items())]

    @property
    def names(self) -> str:
        """Return the names of who is asked, at most three of them."""
        return _listed([str(person) for person in self.missing])


def road_of(project: Project, rate: RateVersion | None, now_ms: int) -> Road:
    """Collect what the page of a pilot shows.

    Raises:
        Incomplete: somebody works in a place whose floor is not known.
    """
    standing = standing_of(project, now_ms)
    cover = before_opening(project, now_ms) if rate else None
    link = _newest_link(project)
    came = count_people(project.pk)
    missing, places = places_said(project, now_ms)
    counts = [count for count in answers_by_worker(project.id).values() if count]
    below = price_below(project, rate, now_ms) if rate and not project.is_own_staff else None
    verdict, is_passed = standing.verdict, has_passed(project) and below is None
    if below and verdict and verdict.proposed and below.piece < verdict.proposed:
        below = None  # the pilot itself asks for more
    is_open = project.state != Project.State.PILOT
    holds = {
        "money": cover is not None and not cover.missing.micro,
        "invitation": link is not None or came >= standing.reach.wanted,
        "people": standing.reach.is_enough,
        "places": bool(places) and not missing and not standing.unknown,
        "price": standing.reach.is_enough
        and verdict is not None
        and verdict.may_open
        and below is None,
        "open": is_open,
    }
    done = frozenset(name for name, is_done in holds.items() if is_done or is_passed or is_open)
    done -= set() if is_open else {"open"}
    done -= set() if holds["money"] or is_open else {"money"}
    names = names_of([outcome.who for outcome in verdict.outcomes]) if verdict else {}
    return Road(
        standing=standing,
        cover=cover,
        link=link,
        url=link_to(link) if link else "",
        came=came,
        answers=sum(counts),
        answered=len(counts),
        missing=missing,
        is_asked=bool(missing) and {person.pk for person in missing} <= people_asked(project),
        places=places,
        done=done,
        now=next((name for name in LINES if name not in done), ""),
        dots=_dots(verdict, rate, names) if verdict and rate else SafeString(""),
        people=[
            (names.get(outcome.who, ""), money(outcome.brought.micro, outcome.brought.currency))
            for outcome in sorted(verdict.outcomes, key=_brought)
            if outcome.brought is not None
        ]
        if verdict
        else [],
        outcomes=[(names.get(outcome.who, ""), outcome) for outcome in verdict.outcomes]
        if verdict
        else [],
        below=below,
    )


def _brought(outcome: PilotOutcome) -> int:
    return outcome.brought.micro if outcome.brought is not None else 0


def _newest_link(project: Project) -> Invitation | None:
    """Return the newest link for workers that is still open."""
    for link in open_invitations(project):
        is_open = link.revoked_at is None and link.expires_at > timezone.now()
        if link.role == Role.WORKER and is_open and link.uses < link.max_uses:
            return link
    return None


def _listed(names: list[str]) -> str:
    """Join names as one says them: "Nour and Sam", "Nour, Sam and 2 more"."""
    most = 3
    if len(names) == 1:
        return names[0]
    if len(names) <= most:
        return message_now("page.road.and", first=", ".join(names[:-1]), last=names[-1])
    return message_now("page.road.and_more", first=", ".join(names[:2]), n=len(names) - 2)


def _dots(verdict: PilotVerdict, rate: RateVersion, names: dict[int, str]) -> SafeString:
    """Draw what an hour brings each person on a line, beside the minimum and the aim."""
    hourly = [
        (outcome.who, outcome.brought.micro) for outcome in verdict.outcomes if outcome.brought
    ]
    floors = sorted({outcome.floor.micro for outcome in verdict.outcomes})
    aim = rate.hourly_micro or rate.by_hour_micro
    values = [micro for _who, micro in hourly] + floors + ([aim] if aim else [])
    if not hourly:
        return SafeString("")
    low, high = min(values), max(values)

    def at(micro: int) -> float:
        share = (micro - low) / (high - low) if high > low else 0.5
        return EDGE + SPAN * share

    parts = [element("line", kind="ax", x1="0", y1=40, x2="100%", y2=40)]
    if floors:
        words = message_now("page.road.minimum", hour=money(floors[-1], rate.currency))
        parts += _Mark("fl", 12, 18).draw(at(floors[-1]), words)
    if aim:
        words = message_now("page.road.aim", hour=money(aim, rate.currency))
        parts += _Mark("tg", 28, 32).draw(at(aim), words)
    titles = [
        (micro, f"{names.get(who, '')} {money(micro, rate.currency)}") for who, micro in hourly
    ]
    for micro, title in titles:
        inside = element("title", escape(title))
        parts.append(element("circle", inside, cx=_percent(at(micro)), cy=40, r=5))
    label = ", ".join(title for _micro, title in titles)
    return SafeString(
        element(
            "svg",
            "".join(parts),
            kind="dots",
            width="100%",
            height=DOTS_HEIGHT,
            role="img",
            aria_label=label,
        )
    )


@dataclass(frozen=True)
class _Mark:
    """A line across the axis with its name above: the class, and the heights of both."""

    kind: str
    text_y: int
    top: int

    def draw(self, share: float, words: str) -> list[str]:
        """Draw it at a share of the width; a name near an edge stays inside."""
        x = _percent(share)
        anchor = "start" if share < NEAR_LEFT else "end" if share > NEAR_RIGHT else "middle"
        return [
            element("line", kind=self.kind, x1=x, y1=self.top, x2=x, y2=48),
            element("text", escape(words), x=x, y=self.text_y, text_anchor=anchor),
        ]


def _percent(share: float) -> str:
    return f"{share:.1f}%"
