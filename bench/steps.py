"""What each step of an answer costs, in CPU of one thread: one worker after the other, no HTTP.

The steps are those of ``canut.actions.work.submission``, each timed as it is called, the statements
it runs included. Bars (design, speed): pay and consensus at most .3 ms, the entry at most .3 ms.
"""

import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bench.loop import make_workers, now_ms
from bench.machine.instance import CHOICES, Folder, make_project, set_up

STEPS = {
    "find the lease": "_load_context",
    "validate and classify": "_prepare",
    "keep the answer": "_keep_answer",
    "pay line": "_keep_pay_line",
    "entry": "_record_answer",
    "consensus and state": "_settle_task",
    "receipt": "sign_receipt",
}
TASKS, WARM, PAIRS = 1_000, 200, 4_000


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Time each step of some thousand answers.

    Returns:
        One row a step, and one for the whole of a lease and of a submit: CPU ms each.
    """
    folder = Folder()
    try:
        set_up(folder.path, postgres=postgres)
        workers = make_workers(make_project(TASKS, overlap=200))
        spent = _time_steps()
        _answer(workers, WARM, spent)
        spent.clear()
        pairs = PAIRS // 8 if quick else PAIRS
        _answer(workers, pairs, spent)
    finally:
        folder.remove()
    return [
        {"load": name, "tasks": TASKS, "cpu_ms": round(1_000 * seconds / pairs, 3)}
        for name, seconds in spent.items()
    ]


def _time_steps() -> defaultdict[str, float]:
    """Make each step add up its own CPU; returns where."""
    from canut.actions.work import submission

    spent: defaultdict[str, float] = defaultdict(float)
    for name, step in STEPS.items():
        setattr(submission, step, _timed(getattr(submission, step), name, spent))
    return spent


def _timed(
    step: Callable[..., Any], name: str, spent: defaultdict[str, float]
) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        start = time.thread_time()
        done = step(*arguments)
        spent[name] += time.thread_time() - start
        return done

    return timed


def _answer(workers: list[int], pairs: int, spent: defaultdict[str, float]) -> None:
    """Let the workers answer in turn."""
    from canut.actions.work.leases import lease_tasks
    from canut.actions.work.submission import Submission, submit

    for n in range(pairs):
        worker = workers[n % len(workers)]
        start = time.thread_time()
        (task,) = lease_tasks(worker, 1, now_ms()).tasks
        leased = time.thread_time()
        submission = Submission(task.lease, secrets.token_hex(16), {"q": CHOICES[0]}, 1)
        submit(worker, submission, now_ms())
        spent["a whole lease"] += leased - start
        spent["a whole submit"] += time.thread_time() - leased
