"""Navigation: the places of each role, the current one, what waits there, and where back leads.

One list for all roles of a person. Desktop shows it in the margin; a phone shows four of its
places and "More". A place is current for all pages whose name begins as it says.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from canut.actions.decisions.notices import PLACES, places_with_news, unseen_in
from canut.actions.platform.system_clock import now_ms
from canut.store.datasets.withdrawals import count_to_answer
from canut.store.decisions.appeals import count_appeals_waiting
from canut.store.models import Person, Project, Role
from canut.store.participation.representative_statements import count_drafts_to_read
from canut.store.people.terms_changes import changes_waiting
from canut.store.time.claim_deciders import count_to_decide
from canut.store.turk.proposals import count_proposals_waiting
from canut.web.kit.access import list_organisations, page_of, projects_of, roles_anywhere
from canut.web.kit.audiences import RATE_WITNESSES, READERS, REQUESTERS
from canut.web.kit.messages import lazy_message

PROJECT_ROLES = READERS.roles
RECENT_PROJECTS = 3
ON_A_PHONE = 4


class Place(NamedTuple):
    """One page of the navigation.

    Args:
        label: its name, the same as the page's title.
        short: its name in a phone's bar.
        address: its name in ``urls``.
        begins: how the names of the pages under it begin.
        waits: which number stands beside it: a key of ``WAITING``, or a place with news.
        letter: goes there after G.
    """

    label: str
    short: str
    address: str
    begins: tuple[str, ...]
    waits: str = ""
    letter: str = ""


def _place(
    label: str, address: str, *begins: str, short: str = "", waits: str = "", letter: str = ""
) -> Place:
    """Return a place from ids of messages; its pages begin like its address by default."""
    return Place(
        lazy_message(label),
        lazy_message(short or label),
        address,
        begins or (address,),
        waits,
        letter,
    )


TO_DO = _place("common.to_do", "home", waits="everything", letter="h")
TODAY = _place("common.today", "home", waits="everything", letter="h")
PROJECTS = _place("common.projects", "projects", "project", "crowd_pool", letter="p")
REVIEW = _place("common.review", "reviews", "review", letter="r")
APPEALS = _place("common.appeals", "appeals", "appeal", waits="appeals", letter="a")
TIME_REVIEW = _place("common.time_to_review", "time_review", waits="time")
WITHDRAWALS = _place("page.withdrawals.title", "withdrawals", "withdrawals", waits="withdrawals")
PROPOSALS = _place("page.turk_proposals.title", "turk_proposals", waits="proposals")
MESSAGES = _place("common.messages", "messages", "message", waits="messages", letter="m")
WORK = _place("common.work", "work_home", "work", "home", letter="w")
TIME = _place("common.my_time", "time", short="page.navigation.time", letter="t")
PAY = _place(
    "common.my_pay",
    "pay",
    "pay",
    "my_terms",
    short="page.navigation.pay",
    waits="my_terms",
    letter="g",
)
DECISIONS = _place(
    "common.decisions_about_me",
    "decisions",
    "decision",
    short="page.navigation.decisions",
    waits="decisions",
    letter="d",
)
EXPOSURE = _place("common.exposure", "work_exposure")
RECORD = _place("common.my_whole_record", "record")
PASSPORT = _place("page.passport.title", "passport", "passport")
PATHWAYS = _place("page.pathways.title", "pathways", "pathway")
BOARD = _place("page.board.title", "board")
POOLS = _place("page.pools.title", "pools")
QUALIFICATIONS = _place("page.qualifications.title", "qualifications", "qualification")
OPENINGS = _place("page.openings.title", "openings", "opening")
REPRESENTATIVES = _place(
    "common.representatives",
    "representatives",
    "representative",
    "election",
    "statement",
    "ethics",
    waits="drafts",
)
FIGURES = _place("common.figures_by_group", "representative_figures")
REJECTIONS = _place("page.second_person.rejections_that_wait", "appeals_rejections")
RULES = _place("common.the_rules", "rules", "rules", "terms", "law")
PAYROLL = _place("common.payroll", "payroll", waits="terms", letter="y")
PEOPLE = _place("common.terms_of_people", "payroll_people", "payroll_people", "payroll_terms")
INSTANCE = _place("page.instance_state.title", "instance_state", "instance_state")
ORGANISATIONS = _place("common.organisations", "organisations", "organisation")
RATES = _place("common.floors_and_rates", "places", "place")
SYSTEMS = _place("common.what_decides_here", "systems", "system")
INSPECT = _place("page.inspect.title", "inspect", "inspect", "fairwork")
EFFECTS = _place("page.effects.title", "effects")
KEYS = _place("common.keys_of_programs", "keys", "key", "turk_key", "turk_layouts")
PORTRAIT = _place("common.portrait", "portrait")
CARDS = _place("common.labour_cards", "cards", "card", short="page.navigation.cards")
INCIDENTS = _place("page.incidents.title", "incidents", "incidents", "project_incident")
LEDGER = _place("common.ledger", "ledger")
ANSWER_USAGE = _place("common.where_my_answers_went", "answers_went", "answers")
LESSONS = _place("common.lessons", "lessons", "lesson")
LICENCES = _place("common.licences", "licences")
TERMS_CHANGES = _place("page.terms_changes.title", "payroll_changes")

ELSEWHERE = (
    PORTRAIT,
    CARDS,
    LEDGER,
    RECORD,
    PASSPORT,
    PATHWAYS,
    OPENINGS,
    BOARD,
    POOLS,
    QUALIFICATIONS,
    DECISIONS,
    REPRESENTATIVES,
    RULES,
    SYSTEMS,
    EFFECTS,
    RATES,
    TIME,
    PAY,
    ANSWER_USAGE,
    LESSONS,
    LICENCES,
    TERMS_CHANGES,
    WITHDRAWALS,
    PROPOSALS,
    INCIDENTS,
)
"""Places that a list shows only while one is there."""
PUBLIC = (PORTRAIT, CARDS, LEDGER)
"""Where a visitor may go."""


class Group(NamedTuple):
    """Places of a role under a heading; the first group of a single role has none."""

    heading: str
    places: tuple[Place, ...]


MY_SIDE = Group(
    lazy_message("page.navigation.my_side"),
    (DECISIONS, MESSAGES, EXPOSURE, LESSONS, RECORD, REPRESENTATIVES, RULES),
)
LISTS: dict[Role, tuple[Group, ...]] = {
    Role.OPERATOR: (
        Group(
            lazy_message("page.navigation.as_operator"),
            (TODAY, PROJECTS, REVIEW, MESSAGES),
        ),
        Group(
            lazy_message("page.navigation.people_and_pay"),
            (PAYROLL, PEOPLE, TIME_REVIEW, APPEALS, WITHDRAWALS),
        ),
        Group(
            lazy_message("page.navigation.this_instance"),
            (
                INSTANCE,
                ORGANISATIONS,
                RATES,
                SYSTEMS,
                EFFECTS,
                INSPECT,
                OPENINGS,
                KEYS,
                REPRESENTATIVES,
                RULES,
            ),
        ),
    ),
    Role.REQUESTER: (
        Group(
            lazy_message("page.navigation.as_requester"),
            (TO_DO, PROJECTS, REVIEW, APPEALS, PROPOSALS, WITHDRAWALS, TIME_REVIEW, MESSAGES),
        ),
        Group(
            lazy_message("page.navigation.my_organisation"),
            (CARDS, OPENINGS, QUALIFICATIONS, KEYS, RULES),
        ),
    ),
    Role.REVIEWER: (
        Group(lazy_message("page.navigation.as_reviewer"), (REVIEW, PROJECTS, TIME, PAY, APPEALS)),
        MY_SIDE,
    ),
    Role.WORKER: (
        Group(lazy_message("page.navigation.as_worker"), (WORK, TIME, PAY, DECISIONS)),
        MY_SIDE,
    ),
    Role.REPRESENTATIVE: (
        Group(
            lazy_message("common.representatives"),
            (
                *(REPRESENTATIVES, FIGURES, REJECTIONS, INCIDENTS, MESSAGES),
                *(LEDGER, CARDS, PORTRAIT, INSPECT),
            ),
        ),
    ),
    Role.MAINTAINER: (
        Group(lazy_message("page.incidents.as_maintainer"), (INCIDENTS, TIME, PAY)),
        MY_SIDE,
    ),
    Role.AUDITOR: (
        Group(
            lazy_message("page.navigation.audit"),
            (LEDGER, CARDS, PORTRAIT, PROJECTS, MESSAGES, INSPECT),
        ),
    ),
}
"""The places of each role; a person with several roles sees them in this order."""
BARS: dict[Role, tuple[Place, ...]] = {
    Role.OPERATOR: (TODAY, PROJECTS, PAYROLL, APPEALS),
    Role.REQUESTER: (TO_DO, PROJECTS, REVIEW, APPEALS),
    Role.REVIEWER: (REVIEW, PROJECTS, TIME, PAY),
    Role.WORKER: (WORK, TIME, PAY, DECISIONS),
    Role.REPRESENTATIVE: (REPRESENTATIVES, FIGURES, REJECTIONS, MESSAGES),
    Role.AUDITOR: (LEDGER, CARDS, PORTRAIT, PROJECTS),
    Role.MAINTAINER: (INCIDENTS, TIME, PAY),
}
"""The places in a phone's bar, before "More"."""
NOBODY = (Group("", (WORK, MESSAGES, RECORD, REPRESENTATIVES, RULES)),)
"""The places of somebody who has no role any more."""
STEPS = ("project_new", "project_setup", "first")
"""Pages that keep their own steps in the margin."""

WAITING: dict[str, Callable[[Person, frozenset[Role]], int]] = {
    "appeals": lambda person, _roles: count_appeals_waiting(person),
    "withdrawals": lambda person, _roles: count_to_answer(
        projects_of(person, REQUESTERS.roles), person, now_ms()
    ),
    "proposals": lambda person, _roles: count_proposals_waiting(
        [organisation.pk for organisation in list_organisations(person, REQUESTERS.roles)],
        now_ms(),
    ),
    "time": lambda person, _roles: count_to_decide(person, now_ms()),
    "drafts": lambda person, roles: (
        count_drafts_to_read(person) if Role.REPRESENTATIVE in roles else 0
    ),
    "terms": lambda person, roles: (
        len(changes_waiting(person)) if roles & RATE_WITNESSES.roles else 0
    ),
}
"""What a person has to do at a place; what is new to them is counted beside it."""


class Entry(NamedTuple):
    """One line of the navigation, ready to be shown."""

    label: str
    short: str
    url: str
    is_current: bool
    waiting: int = 0
    projects: tuple["ProjectEntry", ...] = ()
    address: str = ""
    letter: str = ""


class ProjectEntry(NamedTuple):
    """A project under the place of projects."""

    project: Project
    url: str
    is_current: bool


class EntryGroup(NamedTuple):
    """Lines of the navigation under a heading, which may be empty."""

    heading: str
    entries: list[Entry]


class Navigation:
    """The navigation of a request; each part is computed when a template first asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        """Keep the request; nothing is read yet."""
        self._request = request
        page = page_of(request)
        self._name = page.name if page else ""

    @cached_property
    def roles(self) -> frozenset[Role]:
        """All roles the person has anywhere."""
        return roles_anywhere(self._request)

    @cached_property
    def person(self) -> Person | None:
        """The person who is signed in."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, Person) else None

    @cached_property
    def has_steps(self) -> bool:
        """Whether the page keeps its own steps in the margin."""
        return self._name.startswith(STEPS)

    @cached_property
    def is_book(self) -> bool:
        """Whether the page has the list of places in its margin."""
        return self.person is not None and not self.has_steps

    @cached_property
    def groups(self) -> list[EntryGroup]:
        """The whole list, as shown in the margin."""
        return [
            EntryGroup(group.heading, [self._entry(place) for place in group.places])
            for group in self._groups
        ]

    @cached_property
    def names(self) -> list[tuple[str, str, str]]:
        """Heading, name and address of each place, without what waits there."""
        return [
            (str(group.heading), str(place.label), reverse(place.address))
            for group in self._groups
            for place in group.places
        ]

    @cached_property
    def bar(self) -> list[Entry]:
        """The places in a phone's bar, without "More"."""
        if self.person is None:
            return self.public
        return [self._entry(place) for place in self._in_bar]

    @cached_property
    def public(self) -> list[Entry]:
        """Where a visitor may go."""
        return [
            Entry(
                str(place.label),
                str(place.short),
                reverse(place.address),
                self._name.startswith(place.begins),
            )
            for place in PUBLIC
        ]

    @cached_property
    def more(self) -> list[Entry]:
        """The places that are not in a phone's bar."""
        return [
            self._entry(place)
            for group in self._groups
            for place in group.places
            if place not in self._in_bar
        ]

    @cached_property
    def is_in_more(self) -> bool:
        """Whether the current page is under a phone's "More"."""
        return self._current is None or self._current not in self._in_bar

    @cached_property
    def waiting_in_more(self) -> int:
        """How much waits at the places under "More"."""
        return sum(entry.waiting for entry in self.more)

    @cached_property
    def place_name(self) -> str:
        """The name of the current place; empty where there is none."""
        return str(self._current.label) if self._current else ""

    @cached_property
    def has_waiting(self) -> bool:
        """Whether anything waits for the person anywhere."""
        return any(entry.waiting for group in self.groups for entry in group.entries)

    @cached_property
    def parent(self) -> Entry | None:
        """The page that a phone's back arrow leads to; None at a place itself."""
        place = self._current
        if place is None or place.address == self._name:
            return None
        return self._entry(place)

    @cached_property
    def project_slug(self) -> str:
        """The project in the page's address; empty where there is none."""
        match = self._request.resolver_match
        return str(match.kwargs.get("project", "")) if match else ""

    @cached_property
    def is_in_project(self) -> bool:
        """Whether the page is one of a project, but not its first."""
        return self._name.startswith("project_") and bool(self.project_slug)

    @cached_property
    def _groups(self) -> list[Group]:
        groups = _merge(self.roles) or list(NOBODY)
        listed = [place for group in groups for place in group.places]
        if _current(listed, self._name) is None:
            elsewhere = _current(ELSEWHERE, self._name)
            if elsewhere is not None:
                last = groups[-1]
                groups[-1] = last._replace(places=(*last.places, elsewhere))
        return groups

    @cached_property
    def _current(self) -> Place | None:
        return _current((place for group in self._groups for place in group.places), self._name)

    @cached_property
    def _in_bar(self) -> tuple[Place, ...]:
        first = next((role for role in LISTS if role in self.roles), None)
        return BARS[first] if first else NOBODY[0].places[:ON_A_PHONE]

    @cached_property
    def _waiting(self) -> dict[str, int]:
        if self.person is None:
            return {}
        at_ms = now_ms()
        there = places_with_news(self.person, at_ms)
        places = {place.waits for group in self._groups for place in group.places} & there
        counts = {
            name: WAITING[name](self.person, self.roles) for name in WAITING if name in places
        }
        unseen = unseen_in(self.person, there.intersection(PLACES), at_ms)
        return {**unseen, **counts, "everything": sum(counts.values())}

    @cached_property
    def _projects(self) -> tuple[ProjectEntry, ...]:
        """The newest projects, with the current one among them."""
        if self.person is None or not self.roles & PROJECT_ROLES:
            return ()
        projects = projects_of(self.person, PROJECT_ROLES)
        newest = list(projects.filter(archived_ms=None)[:RECENT_PROJECTS])
        newest = newest or list(projects[:RECENT_PROJECTS])
        if self._name.startswith("project") and self.project_slug:
            current = list(projects.filter(slug=self.project_slug))
            newest = [*current, *(p for p in newest if p not in current)][:RECENT_PROJECTS]
        return tuple(
            ProjectEntry(
                project,
                reverse("project", args=[project.slug]),
                self._name.startswith("project") and project.slug == self.project_slug,
            )
            for project in newest
        )

    def _entry(self, place: Place) -> Entry:
        return Entry(
            str(place.label),
            str(place.short),
            reverse(place.address),
            place is self._current,
            self._waiting.get(place.waits, 0),
            self._projects if place is PROJECTS else (),
            place.address,
            place.letter,
        )


def _merge(roles: frozenset[Role]) -> list[Group]:
    """Return the groups of all roles, each place once and under its first heading."""
    mine = [LISTS[role] for role in LISTS if role in roles]
    listed: set[str] = set()
    merged: list[Group] = []
    for groups in mine:
        for at, group in enumerate(groups):
            if group is MY_SIDE:
                continue
            heading = "" if len(mine) == 1 and at == 0 else group.heading
            merged.extend(_without(group._replace(heading=heading), listed))
    if any(MY_SIDE in groups for groups in mine):
        merged.extend(_without(MY_SIDE, listed))
    return merged


def _without(group: Group, listed: set[str]) -> Iterator[Group]:
    """Yield a group without the places that are listed already, if any are left."""
    places = tuple(place for place in group.places if place.address not in listed)
    listed.update(place.address for place in places)
    if places:
        yield group._replace(places=places)


def _current(places: Iterable[Place], name: str) -> Place | None:
    """Return the place with the longest beginning of a page's name, the first of equals."""
    fitting = [
        (len(begins), place)
        for place in places
        for begins in place.begins
        if name.startswith(begins)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
