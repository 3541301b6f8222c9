"""Health checks: liveness, readiness and metrics."""

import secrets
import time
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from canut import __version__
from canut.actions.platform import system_clock
from canut.core.errors import Missing
from canut.store.operations import health, instance_counts
from canut.web.kit.client_address import is_from_this_machine
from canut.web.platform import metrics as measures
from canut.web.platform.metrics import Metric

KEPT_SECONDS = 10.0


class _Kept:
    """The last metrics and their time, cached because reading them is expensive."""

    at = -KEPT_SECONDS
    lines: tuple[str, ...] = ()


def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 while the server answers; a full disk or a slow database is no failure."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Return whether this process is ready: 200, or 503 with the failed check."""
    checks = health.readiness()._asdict()
    is_ready = all(checks.values())
    data = {"ready": is_ready, "checks": checks}
    return JsonResponse(
        data, status=200 if is_ready else 503, headers={"Cache-Control": "no-store"}
    )


def metrics(request: HttpRequest) -> HttpResponse:
    """Return metrics to callers with the token; without a token, to this machine only."""
    _check_may_read(request)
    lines = [*measures.of_process(), *_of_instance()]
    return HttpResponse("\n".join(lines) + "\n", content_type=measures.CONTENT_TYPE)


def _check_may_read(request: HttpRequest) -> None:
    token = settings.METRICS_TOKEN
    if token:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        is_right = secrets.compare_digest(bearer.encode(), token.encode())
    else:
        is_right = is_from_this_machine(request)
    if not is_right:
        raise Missing("figures are for whoever knows CANUT_METRICS_TOKEN")


def _of_instance() -> tuple[str, ...]:
    """Format the metrics shared by all processes, read at most every ten seconds."""
    now = time.monotonic()
    if now - _Kept.at >= KEPT_SECONDS:
        _Kept.lines, _Kept.at = tuple(measures.written(_figures())), now
    return _Kept.lines


def _figures() -> list[Metric]:
    now_ms = system_clock.now_ms()
    last = instance_counts.last_numbers()
    ready = health.readiness()._asdict()
    return [
        Metric("canut_info", "This program.", "gauge", {(("version", __version__),): 1}),
        _by("canut_ready", "Whether a check passes.", "check", ready),
        _by("canut_projects", "Projects.", "state", instance_counts.projects_by_state()),
        _by("canut_tasks", "Tasks.", "state", instance_counts.tasks_by_state()),
        _by("canut_jobs", "Background jobs.", "state", instance_counts.jobs_by_state()),
        _one("canut_job_runners", "Processes that run jobs.", instance_counts.job_runners(now_ms)),
        _one("canut_leases", "Tasks that are lent.", instance_counts.leases_out()),
        _one("canut_answer_last", "Number of the last answer; may have gaps.", last["answer"]),
        _one("canut_entry_last", "Number of the last entry; may have gaps.", last["entry"]),
        _one("canut_database_bytes", "Size of the database.", health.database_bytes()),
        _one("canut_free_bytes", "Space left where the data are.", health.free_bytes()),
        *_copied(),
    ]


def _copied() -> list[Metric]:
    last = health.last_copy()
    if last is None:
        return []
    return [_one("canut_copy_seconds", "When a copy was last made, since 1970.", last.timestamp())]


def _one(name: str, meaning: str, value: float) -> Metric:
    return Metric(name, meaning, "gauge", {(): value})


def _by(name: str, meaning: str, label: str, values: Mapping[str, int]) -> Metric:
    return Metric(name, meaning, "gauge", {((label, key),): n for key, n in values.items()})
