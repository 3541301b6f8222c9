"""The tables of ``docs/*/capacity.md``, and the measured costs of ``canut capacity``.

Both come from kept runs of the benchmarks. ``--write`` writes the costs again; without, they are
checked.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from canut.core.messages import message
from canut.core.operations.capacity.costs import DATABASES, OPEN, Costs, costs_from_runs
from canut.core.operations.capacity.crowd import Crowd
from canut.core.operations.capacity.plan import Plan, Terms, plan_capacity
from canut.core.operations.capacity.queueing import (
    lognormal,
    mean_wait_exponential,
    mean_wait_general,
    simulate_in_turn,
    simulate_shared,
)
from canut.core.operations.capacity.report import rounded
from canut.core.operations.capacity.sizing import Minute, Processors, simulate_p99

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs/en/developers"
COSTS = ROOT / "src/canut/core/operations/capacity/costs.json"
STALE = "The costs of canut capacity are stale: .venv/bin/python tools/docs.py --write"
SIZES = (1_000, 100_000, 10_000_000)
EXAMPLE = Terms(core_month=10.0, gb_month=0.1, hourly_pay=20.0)
MIDDLE = Crowd(workers=100_000)
ZONES = {-5.0: 0.4, 1.0: 0.3, 5.5: 0.3}
CORES = 2  # of the machine that the runs were made on
OFFERED = 200.0
QUEUED = 200_000

FACTS = {
    "en": (
        *("database", "instances apart", "machines", "cores in all", "people at work on average"),
        *("people in the busiest minute", "answers a second then"),
        *("99 of 100 answers within, ms", "GB of disk after 12 months", "… without copies"),
        *("core hours to close a month's pay, each instance", "the same machines do until"),
        *("cores, a month", "disk, a month", "people's pay, a month", "machines, % of the pay"),
    ),
    "fr": (
        *("base de données", "instances séparées", "machines", "cœurs en tout"),
        *("personnes au travail en moyenne", "personnes dans la minute la plus chargée"),
        *("réponses par seconde alors", "99 réponses sur 100 en moins de, ms"),
        *("Go de disque après 12 mois", "… sans les copies"),
        "heures d’un cœur pour clore la paie d’un mois, par instance",
        *("les mêmes machines suffisent jusqu’à", "cœurs, par mois", "disque, par mois"),
        *("paie des personnes, par mois", "machines, % de la paie"),
    ),
}
WORDS = {
    "en": {
        "head": "For so many workers a month",
        "far": "20 times as many",
        "variants": ("For 100,000 workers, but", "Cores", "People at once", "GB of disk"),
        "base": "as above",
        "short": "tasks of 10 seconds",
        "zones": "people in three time zones",
        "notice": "5 % begin after one message to all",
        "peak": "three times as busy at the busiest hour",
        "lone": "no machine to spare",
        "beats": "beats kept 30 days, 2 copies",
        "costs": ("What is paid for", "SQLite", "PostgreSQL", "Unit"),
        "checks": ("Against a real run", "Database", "Model", "Measured", "Difference"),
        "theory": ("Against theory", "Simulated", "Formula", "Difference"),
    },
    "fr": {
        "head": "Pour tant de personnes par mois",
        "far": "20 fois plus",
        "variants": (
            "Pour 100 000 personnes, mais",
            "Cœurs",
            "Personnes à la fois",
            "Go de disque",
        ),
        "base": "comme ci-dessus",
        "short": "des tâches de 10 secondes",
        "zones": "des personnes dans trois fuseaux",
        "notice": "5 % commencent après un message à tout le monde",
        "peak": "trois fois plus chargé à l’heure la plus chargée",
        "lone": "aucune machine de réserve",
        "beats": "des battements gardés 30 jours, 2 copies",
        "costs": ("Ce qui coûte", "SQLite", "PostgreSQL", "Unité"),
        "checks": ("Face à une vraie mesure", "Base", "Modèle", "Mesure", "Écart"),
        "theory": ("Face à la théorie", "Simulé", "Formule", "Écart"),
    },
}
COST_LINES = {
    "en": {
        "pair": "a task leased and answered",
        "beat": "a heartbeat",
        "page": "a page, mean of three",
        "sign_in": "a sign-in with a password",
        "closing": "a heartbeat when its pay period closes",
        "server": "server",
        "jobs": "jobs",
        "database": "database",
        "ms": "ms of CPU",
        "import": "a row imported",
        "export": "an answer exported as CSV",
        "us": "µs of CPU",
        "bytes_per_task": "a task on disk",
        "bytes_per_answer": "an answer on disk, with lease, pay line, entry, indexes",
        "bytes_per_beat": "a heartbeat on disk",
        "bytes_per_statement": "a pay statement on disk",
        "wal_bytes_per_answer": "an answer in the write-ahead log",
        "bytes": "bytes",
        "memory": "memory of all processes at work",
        "idle": "an idle instance",
        "percent": "% of a core",
        "factor": "CPU times above were multiplied by",
        "response": "99 of 100 answers within, at 200 a second",
        "ceiling": "most answers a second of one instance",
    },
    "fr": {
        "pair": "une tâche prêtée et sa réponse",
        "beat": "un battement",
        "page": "une page, moyenne de trois",
        "sign_in": "une connexion avec mot de passe",
        "closing": "un battement à la clôture de sa période de paie",
        "server": "serveur",
        "jobs": "travaux",
        "database": "base",
        "ms": "ms de processeur",
        "import": "une ligne importée",
        "export": "une réponse exportée en CSV",
        "us": "µs de processeur",
        "bytes_per_task": "une tâche sur le disque",
        "bytes_per_answer": "une réponse, avec prêt, ligne de paie, inscription et index",
        "bytes_per_beat": "un battement sur le disque",
        "bytes_per_statement": "un relevé de paie sur le disque",
        "wal_bytes_per_answer": "une réponse dans le journal d’écriture",
        "bytes": "octets",
        "memory": "mémoire de tous les processus au travail",
        "idle": "une instance au repos",
        "percent": "% d’un cœur",
        "factor": "les temps de processeur ci-dessus ont été multipliés par",
        "response": "99 réponses sur 100 en moins de, à 200 par seconde",
        "ceiling": "plus grand nombre de réponses par seconde d’une instance",
    },
}
CHECKS = {
    "en": {
        "own": "full, beside jobs: answers/s",
        "speed": "full, no jobs (speed table): answers/s",
        "pages": "p99 beside pages, ms",
    },
    "fr": {
        "own": "plein, avec les travaux : réponses/s",
        "speed": "plein, sans travaux (table de vitesse) : réponses/s",
        "pages": "p99 pendant que des pages sont lues, ms",
    },
}


def main() -> int:
    """Write the costs, or return 1 if they are stale."""
    fresh = json.dumps({name: asdict(costs(name)) for name in DATABASES}, indent=1) + "\n"
    if "--write" in sys.argv:
        COSTS.write_text(fresh)
    elif COSTS.read_text() != fresh:
        print(STALE)
        return 1
    return 0


@cache
def _run(name: str) -> dict[str, Any]:
    run: dict[str, Any] = json.loads((KEPT / f"{name}.json").read_text())
    return run


def costs(database: str) -> Costs:
    """Return the costs on a database, out of the kept runs."""
    memory = [
        row["mib"]
        for row in _run("peers")["figures"][database]
        if row["row"] == "memory" and row["platform"] == "Canut"
    ]
    day = _run("capacity")["about"].partition(":")[0]
    speed = _run("speed")
    measured = f"{day} and {speed['about'].partition(':')[0]}, on {CORES} cores"
    runs, served = _run("capacity")["figures"][database], speed["figures"][database]
    return costs_from_runs(runs, served, max(memory), database, measured)


@cache
def _plan(crowd_workers: int) -> Plan:
    return plan_capacity(Crowd(workers=crowd_workers), EXAMPLE)


def plans(language: str) -> str:
    """Table what to rent for a thousand, a hundred thousand and ten million workers."""
    words, columns = WORDS[language], [_column(_plan(size), language) for size in SIZES]
    head = (str(words["head"]), *(_number(size, language) for size in SIZES))
    rows = zip(FACTS[language], *columns, strict=True)
    return _table(head, rows)


def _column(plan: Plan, language: str) -> list[str]:
    disk, money = plan.disk, plan.money
    numbers: list[float] = [
        plan.mean_people,
        plan.minute.people,
        plan.minute.pairs,
        plan.sized.p99_ms,
        disk.gb,
        disk.gb - disk.backups,
        plan.closing_hours,
    ]
    until = WORDS[language]["far"] if plan.until is None else _number(plan.until, language)
    each = plan.terms.server_cores if plan.costs.database == "PostgreSQL" else plan.cores
    count = _number(plan.servers * plan.instances, language)
    paid = [money.cores or 0, money.disk or 0, money.labour or 0, 100 * (money.share or 0)]
    return [
        plan.costs.database,
        _number(plan.instances, language),
        f"{count} × {each}",
        _number(plan.cores, language),
        *(_number(rounded(number), language) for number in numbers),
        str(until),
        *(_number(rounded(number), language) for number in paid),
    ]


def variants(language: str) -> str:
    """Table what other assumptions change for a hundred thousand workers."""
    words = WORDS[language]
    changed = {
        "base": (MIDDLE, EXAMPLE),
        "short": (replace(MIDDLE, task_seconds=10.0), EXAMPLE),
        "zones": (replace(MIDDLE, zones=ZONES), EXAMPLE),
        "notice": (replace(MIDDLE, notice=0.05), EXAMPLE),
        "peak": (replace(MIDDLE, peak=3.0), EXAMPLE),
        "lone": (MIDDLE, replace(EXAMPLE, has_spare=False)),
        "beats": (MIDDLE, replace(EXAMPLE, beat_days=30.0, copies=2.0)),
    }
    rows = []
    for name, (crowd, terms) in changed.items():
        plan = plan_capacity(crowd, terms)
        numbers = (plan.cores, rounded(plan.minute.people), rounded(plan.disk.gb))
        shown = (_number(number, language) for number in numbers)
        rows.append((str(words[name]), *shown))
    return _table(words_of(language, "variants"), rows)


def measured(language: str) -> str:
    """Table the costs of both databases."""
    words, both = COST_LINES[language], [costs(name) for name in DATABASES]
    rows = []
    for act in ("pair", "beat", "page", "sign_in", "closing"):
        for part in ("server", "jobs", "database"):
            numbers = [getattr(getattr(each, act), part) for each in both]
            if any(numbers):
                rows.append((f"{words[act]}: {words[part]}", numbers, words["ms"]))
    rows.append((words["factor"], [each.factor for each in both], ""))
    speed = _run("speed")["figures"]
    for row, name in (("imports", "import"), ("exports", "export")):
        numbers = [speed[database][row][0]["cpu_us_per_row"] for database in DATABASES]
        rows.append((words[name], numbers, words["us"]))
    for field in ("task", "answer", "beat", "statement"):
        numbers = [getattr(each, f"bytes_per_{field}") for each in both]
        rows.append((words[f"bytes_per_{field}"], numbers, words["bytes"]))
    logged = [each.wal_bytes_per_answer for each in both]
    rows.append((words["wal_bytes_per_answer"], logged, words["bytes"]))
    rows.append((words["memory"], [each.memory_mib for each in both], "MiB"))
    idle = [_run("idle")["figures"][name]["idle"][0] for name in DATABASES]
    shares = [row["cpu_percent"] + row["database_cpu_percent"] for row in idle]
    rows.append((words["idle"], shares, words["percent"]))
    rows.append((words["response"], [each.response_p99_ms for each in both], "ms"))
    rows.append((words["ceiling"], [each.ceiling for each in both], ""))
    about = f"{_run('capacity')['about']}\n\n"
    return about + _table(
        words_of(language, "costs"),
        (
            (what, *(_number(rounded(number), language) for number in numbers), unit)
            for what, numbers, unit in rows
        ),
    )


def words_of(language: str, name: str) -> tuple[str, ...]:
    """Return the head of a table."""
    return tuple(WORDS[language][name])


def checks(language: str) -> str:
    """Table what the model foretells of the kept runs, beside what they measured."""
    words, rows = CHECKS[language], list[tuple[str, ...]]()
    for database in DATABASES:
        runs = {row["load"]: row for row in _run("capacity")["figures"][database]["capacity"]}
        own, offered, closed = _unscaled(database), runs["offered"], runs["closed, 8"]
        client = closed["client_cpu_ms"]
        full = _full(own, client, has_jobs=True)
        rows.append(_check(words["own"], database, full, closed["pairs_per_s"], language))
        scaled = costs(database)
        full = _full(scaled, client * scaled.factor, has_jobs=False)
        rows.append(_check(words["speed"], database, full, scaled.ceiling, language))
        mixed = runs["offered, beside pages"]
        minute = Minute(0, mixed["pairs_per_s"], 0, mixed["pages_per_s"], 0)
        processors = Processors(1, 0, 0 if database == "SQLite" else 1)
        base = replace(own, response_p50_ms=offered["p50_ms"], response_p99_ms=offered["p99_ms"])
        p99 = float(np.median(simulate_p99(minute, base, processors, 0)))
        rows.append(_check(words["pages"], database, p99, mixed["p99_ms"], language))
    return _table(words_of(language, "checks"), rows)


def _unscaled(database: str) -> Costs:
    """Return the costs as the run of the capacity bench itself measured them."""
    runs = _run("capacity")["figures"][database]
    rows = {row["load"]: row for row in runs["capacity"]}
    offered = rows["offered"]
    served = [
        {"load": "closed, 8", "pairs_per_s": rows["closed, 8"]["pairs_per_s"]},
        {
            "load": OPEN,
            "cpu_ms_per_pair": offered["server_cpu_ms"],
            "submit_p50_ms": offered["p50_ms"],
            "submit_p99_ms": offered["p99_ms"],
        },
    ]
    return costs_from_runs(runs, {"served": served}, 0.0, database, "")


def _full(each: Costs, client_ms: float, *, has_jobs: bool) -> float:
    """Return the pairs a second at which one process, or all processors, are busy all the time."""
    pair = each.pair
    whole = pair.server + pair.database + client_ms + (pair.jobs if has_jobs else 0)
    return min(1_000 / pair.server, CORES * 1_000 / whole)


def _check(what: str, database: str, model: float, real: float, language: str) -> tuple[str, ...]:
    shown = (_number(rounded(model), language), _number(rounded(real), language))
    return (what, database, *shown, _difference(model, real))


def theory(language: str) -> str:
    """Table simulated queues beside the formulas that hold for them."""
    rng, rows = np.random.default_rng(0), list[tuple[str, ...]]()
    arrivals = np.cumsum(rng.exponential(1.0, QUEUED))
    for servers, load in ((1, 0.7), (4, 0.8), (16, 0.9)):
        services = rng.exponential(load * servers, QUEUED)
        took = float(simulate_shared(arrivals, services, servers).mean())
        formula = mean_wait_exponential(servers, 1.0, load * servers) + load * servers
        rows.append(_theory(f"M/M/{servers}, {load:.0%}", took, formula, language))
    for name, spread in (("M/D/1", 0.0), ("M/G/1", 0.5)):
        services = lognormal(0.8, spread, QUEUED, rng) if spread else np.full(QUEUED, 0.8)
        took = float(simulate_in_turn(arrivals, services).mean())
        formula = mean_wait_general(1.0, 0.8, spread) + 0.8
        rows.append(_theory(f"{name}, 80%", took, formula, language))
    return _table(words_of(language, "theory"), rows)


def _theory(name: str, simulated: float, formula: float, language: str) -> tuple[str, ...]:
    name = name.replace("%", "\N{NO-BREAK SPACE}%") if language == "fr" else name
    shown = tuple(_number(round(number, 2), language) for number in (simulated, formula))
    return (name, *shown, _difference(simulated, formula))


def _difference(model: float, real: float) -> str:
    return f"{100 * (model / real - 1):+.0f} %"


def _number(number: float, language: str) -> str:
    return message(language, "capacity.number", number=number)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
