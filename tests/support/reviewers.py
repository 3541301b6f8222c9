"""A project with a task to review, and people who may."""

from dataclasses import dataclass

from canut.actions.people.accounts import add_member
from canut.actions.quality.review_decisions import ReviewInput, ReviewOutcome, decide_review
from canut.actions.quality.reviews import ReviewRuleIn, lease_review, set_review_rule
from canut.store.models import Person, Review, Role, TaskState
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project

LATER = NOW_MS + 60_000
ACCEPT = ReviewInput("accepted", consensus="oui")
CORRECT = ReviewInput("corrected", values={"q": "non"})


@dataclass
class Team:
    """A project with one closed, unsure task, and people who may review it."""

    made: Made
    people: list[Person]

    def take(self, who: int = 0, now_ms: int = LATER) -> Review:
        """Let somebody take what waits."""
        review = lease_review(self.made.project, self.people[who], now_ms).review
        assert review is not None
        return review

    def takes_nothing(self, who: int, now_ms: int = LATER) -> bool:
        """Whether nothing waits for somebody."""
        return lease_review(self.made.project, self.people[who], now_ms).review is None

    def decide(self, given: ReviewInput, who: int = 0, now_ms: int = LATER) -> ReviewOutcome:
        """Let somebody take what waits and decide."""
        review = self.take(who, now_ms)
        return decide_review(review.pk, given, by=self.people[who], now_ms=now_ms + 20_000)

    @property
    def state(self) -> TaskState:
        """Return how the task stands."""
        return TaskState.objects.get(task=self.made.tasks[0])


def make_team(second: str = "none", piece_micro: int = 0, tasks: int = 1) -> Team:
    """Make a project with one closed, unsure task, and three reviewers."""
    made = make_project(tasks=tasks, workers=2, overlap=1)
    answer_next(made.worker)
    TaskState.objects.filter(task=made.tasks[0]).update(confidence=0.5)
    people = [make_person() for _ in range(3)]
    for person in people:
        add_member(person, Role.REVIEWER, NOW_MS, project=made.project)
    set_review_rule(made.project, ReviewRuleIn(second, 0.8, piece_micro), NOW_MS)
    return Team(made, people)
