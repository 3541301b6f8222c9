"""Projects with paid people, brought by the actions as far as a test needs them."""

import secrets
from collections.abc import Sequence

from canut.actions.pay.funds import deposit_funds
from canut.actions.pay.intermediaries import ChainIn, write_chain
from canut.actions.people.accounts import join_as_worker
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.projects.setup import Price, set_price, start_project
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.money import Money
from canut.core.pay.intermediaries import Party
from canut.core.places.parameters import Status
from canut.store.models import Person, Project, Worker
from tests.support.factories import NOW_MS, make_person, make_project

PLENTY = Money(10_000_000_000, "CAD")
PLACE, ZONE = "CA-QC", "America/Toronto"


def make_paid_draft(*, tasks: int = 40, overlap: int = 3, piece_micro: int = 100_000) -> Project:
    """Make a project whose rows are published and which nobody works in yet."""
    made = make_project(
        tasks=tasks, workers=0, state="draft", overlap=overlap, piece_micro=piece_micro
    )
    return made.project


def declare_chain(project: Project, *between: Party, price_micro: int | None = None) -> None:
    """Say that the organisation pays, and who is paid on the way."""
    given = ChainIn(project.organisation.name, "CA", price_micro, between)
    write_chain(project, given, by=project.created_by, now_ms=NOW_MS)


def fund(project: Project, money: Money = PLENTY) -> None:
    """Let money come in."""
    deposit_funds(project, money, "virement", by=project.created_by, now_ms=NOW_MS)


def hire(project: Project, place: str = PLACE, status: Status = Status.SELF_EMPLOYED) -> Worker:
    """Let somebody join who said where they work and as what."""
    person = make_person()
    say_terms(person, place, status)
    return join_as_worker(project, person, NOW_MS)


def say_terms(person: Person, place: str = PLACE, status: Status = Status.SELF_EMPLOYED) -> None:
    """Write where somebody works and as what."""
    set_terms(person, TermsIn(place, ZONE, status), by=person, now_ms=NOW_MS)


def begin_pilot(people: int = 4, **draft: int) -> tuple[Project, list[Worker]]:
    """Bring a paid project to its pilot, with so many people hired."""
    project = make_paid_draft(**draft)
    declare_chain(project)
    fund(project)
    workers = [hire(project) for _ in range(people)]
    start_project(project, NOW_MS)
    return project, workers


def answer(worker: Worker, count: int, each_ms: int, *, from_ms: int = NOW_MS) -> int:
    """Let somebody answer so many tasks, one after the other; returns when they ended."""
    at_ms = from_ms
    for _ in range(count):
        lent = lease_tasks(worker.pk, 1, at_ms).tasks
        if not lent:
            break
        at_ms += each_ms
        said = Submission(lent[0].lease, secrets.token_hex(16), {"q": "oui"})
        submit(worker.pk, said, at_ms)
    return at_ms


def try_out(workers: Sequence[Worker], each_ms: Sequence[int], count: int = 6) -> int:
    """Let everybody do their part of a pilot; returns when the last one ended."""
    return max(answer(worker, count, ms) for worker, ms in zip(workers, each_ms, strict=True))


def raise_price(project: Project, micro: int, at_ms: int = NOW_MS) -> None:
    """Set another price of an answer."""
    set_price(project, Price("CAD", micro), by=project.created_by, now_ms=at_ms)
