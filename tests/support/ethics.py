"""An instance with ethics reviewers, representatives, a client, an operator and workers."""

from dataclasses import dataclass
from typing import Any

from canut.actions.ethics.opinions import OpinionIn, give_opinion
from canut.actions.ethics.requests import request_opinion
from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS
from canut.store.models import (
    Election,
    EthicsOpinion,
    EthicsReview,
    EthicsTerm,
    Organisation,
    Person,
    Project,
    Role,
)
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    make_person,
    make_project,
    make_representative,
)

REASONS = "Faces can be recognised.\nNobody was asked.\nBlur them before anybody looks."
ANSWERS = "We blurred every face.\nWe kept the keys of nobody.\nA second look is done."
POINTS = "Blur the faces.\nSay who agreed."
FACTS = "Task 0001 shows a face.\nTwo workers reported it on Monday."


@dataclass
class Bench:
    """Who acts on one project."""

    made: Made
    reviewer: Person
    requester: Person
    operator: Person
    council: list[Person]

    @property
    def project(self) -> Project:
        """Return the project as it is stored now."""
        return Project.objects.get(pk=self.made.project.pk)

    @property
    def review(self) -> EthicsReview:
        """Return its review, asked for the first time it is needed."""
        stored = EthicsReview.objects.filter(project=self.made.project).first()
        return stored or request_opinion(self.project, by=self.requester, now_ms=NOW_MS)

    def hold(self, now_ms: int, *grounds: str, facts: str = FACTS) -> EthicsOpinion:
        """Hold the project."""
        wanted = OpinionIn("hold", REASONS, POINTS, grounds or ("consent",), facts)
        return give_opinion(self.review.pk, wanted, by=self.reviewer, now_ms=now_ms)


def make_reviewer(organisation: Organisation, **fields: str) -> Person:
    """Put somebody in office as an ethics reviewer, by an election that is over."""
    person = make_person(**fields)
    election = Election.objects.create(
        organisation=organisation,
        kind="ethics",
        seats=2,
        opened_ms=NOW_MS,
        voting_ms=NOW_MS,
        closes_ms=NOW_MS,
        voters=1,
        counted_ms=NOW_MS,
        result={},
    )
    EthicsTerm.objects.create(
        person=person, election=election, begins_ms=NOW_MS, ends_ms=NOW_MS + 730 * DAY_MS
    )
    return person


def set_bench(*, council: int = 3, reviewers: int = 1, **fields: Any) -> Bench:
    """Make a project, open unless said otherwise, with everybody who may act on it."""
    made = make_project(**({"tasks": 6, "workers": 2, "severity": 0} | fields))
    home = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    requester, operator = make_person(shown_name="Léa"), make_person(shown_name="Opé")
    add_member(requester, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    add_member(operator, Role.OPERATOR, NOW_MS, organisation=home)
    for worker in made.workers:
        assert worker.person is not None
        add_member(worker.person, Role.WORKER, NOW_MS, project=made.project)
    people = [make_reviewer(home, shown_name=f"Éthi {number}") for number in range(reviewers)]
    voices = [make_person(shown_name=f"Dé {number}") for number in range(council)]
    for voice in voices:
        make_representative(voice, home)
    return Bench(made, people[0] if people else operator, requester, operator, voices)
