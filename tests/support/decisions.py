"""People around a decision, for tests: the client, the author, whom it is about, and others."""

from dataclasses import dataclass

from canut.actions.decisions.rejections import reject_answer
from canut.actions.people.accounts import add_member
from canut.store.models import Answer, Decision, Organisation, Person, Role
from tests.support.factories import (
    NOW,
    NOW_MS,
    PIECE_MICRO,
    Made,
    answer_next,
    make_person,
    make_project,
)

EVIDENCE = "The review says the opposite, in its first line."


@dataclass
class Due:
    """A project with one answer, and who may do what about it."""

    made: Made
    answer: Answer
    author: Person
    colleague: Person
    independent: Person
    operator: Person

    @property
    def person(self) -> Person:
        """Return whose answer it is."""
        person = self.made.worker.person
        assert person is not None
        return person

    def reject(self, now_ms: int = NOW_MS + 60_000) -> Decision:
        """Reject the answer, as the client does."""
        return reject_answer(
            self.answer.pk,
            by=self.author,
            code="off-instructions",
            evidence=EVIDENCE,
            now_ms=now_ms,
        )


def make_due(
    *,
    workers: int = 1,
    tasks: int = 3,
    overlap: int = 1,
    practice: bool = False,
    piece_micro: int = PIECE_MICRO,
) -> Due:
    """Make a project whose first worker gave one answer."""
    made = make_project(
        tasks=tasks, workers=workers, overlap=overlap, practice=practice, piece_micro=piece_micro
    )
    receipt = answer_next(made.worker)
    client = made.project.organisation
    author, colleague = make_person(shown_name="Paul Tessier"), make_person()
    add_member(author, Role.REQUESTER, NOW_MS, organisation=client)
    add_member(colleague, Role.REVIEWER, NOW_MS, organisation=client)
    independent, operator = make_person(shown_name="Léa Roy"), make_person()
    add_member(independent, Role.REVIEWER, NOW_MS, project=made.project)
    runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    add_member(operator, Role.OPERATOR, NOW_MS, organisation=runs)
    answer = Answer.objects.get(pk=receipt.answer)
    return Due(made, answer, author, colleague, independent, operator)
