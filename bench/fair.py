"""What one hostile worker costs the others: the open load of ``served`` without and beside them.

The hostile worker is one person of the same project with a session of their own, in a process of
its own. They send without pause what a page never would: 200 answers to one lease in a request,
drafts as long as may be kept, heartbeats 500 at a time, leases and skips, and requests whose bodies
come a byte a second. Each kind is measured alone as well, so that one sees which costs what. The
loads come in turn, round after round; what counts are the ratios to the run alone of each round.
"""

import statistics
from pathlib import Path
from typing import Any

from bench.hostile import MEASURED, Beside, Hostile
from bench.machine.http import SOME_APART, Seat, load, quantile
from bench.machine.instance import (
    CHOICES,
    CSRF,
    Folder,
    Server,
    free_port,
    make_project,
    make_seats,
    open_session,
    set_up,
)
from bench.machine.still import Disk, let_settle

TASKS, CLIENTS, PAIRS_PER_S = 1_000, 64, 200
ALONE, ALL = "fair: alone", "fair: beside one hostile worker"
ROUNDS, SECONDS = 7, 4


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure the others without and beside the hostile worker.

    Returns:
        One row a load: latencies in ms, their ratios to those alone, what the hostile worker sent.
    """
    folder, port = Folder(), free_port()
    try:
        set_up(folder.path, postgres=postgres)
        project = make_project(TASKS, overlap=200)
        seats, hostile = make_seats(project, CLIENTS, port), _hostile(project, port)
        server = Server(folder.path, port, is_limited=True)
        try:
            load(seats, CHOICES, seconds=1, rate=1)
            let_settle(folder.path)
            rounds, seconds = (1, 3) if quick else (ROUNDS, SECONDS)
            attacks = {ALL: tuple(MEASURED)} | {f"fair: {name}": (name,) for name in MEASURED}
            runs: dict[str, list[dict[str, Any]]] = {}
            for _ in range(rounds):  # in turn: what else the machine does comes to all of them
                for name, kinds in {ALONE: (), **attacks}.items():
                    with Beside(hostile, kinds) as beside:
                        row = _measure(folder.path, seats, seconds)
                    runs.setdefault(name, []).append(
                        row | {"hostile_requests": beside.report.requests}
                    )
            return _rows(runs)
        finally:
            server.stop()
    finally:
        folder.remove()


def _rows(figures: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Take the middle run of each load, and the middle ratio to the run alone of its round."""
    rows = []
    for name, runs in figures.items():
        middle = sorted(runs, key=lambda run: float(run["submit_p99_ms"]))[len(runs) // 2]
        ratios = {
            f"{step}_ratio": round(
                statistics.median(
                    run[f"{step}_p99_ms"] / alone[f"{step}_p99_ms"]
                    for run, alone in zip(runs, figures[ALONE], strict=True)
                ),
                2,
            )
            for step in ("lease", "submit")
        }
        rows.append({"load": name, "tasks": TASKS, **middle, **ratios})
    return rows


def _measure(folder: Path, seats: list[Seat], seconds: float) -> dict[str, Any]:
    for seat in seats:
        seat.sock, seat.buffer, seat.hand = None, b"", []
    with Disk(folder) as disk:
        results = load(
            seats, CHOICES, seconds=seconds, rate=PAIRS_PER_S / CLIENTS, prefetch=SOME_APART
        )
    leases = [ms for measured in results for ms in measured.lease_ms]
    submits = [ms for measured in results for ms in measured.submit_ms]
    return {
        "pairs_per_s": round(sum(measured.pairs for measured in results) / seconds, 1),
        "lease_p50_ms": round(quantile(leases, 0.5), 1),
        "lease_p99_ms": round(quantile(leases, 0.99), 1),
        "submit_p50_ms": round(quantile(submits, 0.5), 1),
        "submit_p99_ms": round(quantile(submits, 0.99), 1),
        "still_ms": disk.still_ms,
    }


def _hostile(project_id: int, port: int) -> Hostile:
    """Make the hostile worker, as ``make_seats`` makes the others."""
    from datetime import timedelta

    from django.utils import timezone

    from canut.actions.decisions.system_notices import note_shown
    from canut.actions.people.accounts import accept_invitation, create_invitation, invitation_token
    from canut.actions.time.heartbeats import open_page
    from canut.core.clock import to_ms
    from canut.store.models import Project, Role

    now = timezone.now()
    project = Project.objects.get(id=project_id)
    invitation = create_invitation(
        project,
        Role.WORKER,
        by=project.created_by,
        expires_at=now + timedelta(days=1),
        max_uses=1,
        note="",
        now_ms=to_ms(now),
    )
    person = accept_invitation(invitation_token(invitation), None, "en", to_ms(now))
    note_shown(person, to_ms(now))
    seat = Seat(port, project.slug, open_session(person), CSRF)
    return Hostile(seat, open_page(person.pk, project_id, to_ms(now)), CHOICES[0])
