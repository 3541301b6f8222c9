"""Release the Portrait of a quarter: computed once, signed, logged, and never changed.

A quarter still in progress is released only on a simulated instance: two releases of the same real
people would reveal the difference. A mistake is corrected by a new edition that names the one it
corrects, and reveals nothing the earlier one suppressed.
"""

from datetime import UTC, date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from django.db import transaction

from canut.actions.learning.provenance import take_in_all_actors
from canut.actions.ledger.entries import record_fact
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.portrait.inputs import Quarter, gather, machines_between
from canut.core.clock import Ms, from_ms
from canut.core.errors import Conflict, NotProven
from canut.core.ledger.logged_file import HASH
from canut.core.money import MICRO, Money
from canut.core.portrait.chart_set import Reference
from canut.core.portrait.counts import FEWEST
from canut.core.portrait.extra_figures import beside
from canut.core.portrait.machine_figures import machine_figures, tellable_of
from canut.core.portrait.privacy import Release, cells_here, published
from canut.core.portrait.reading import shipped_facts, shipped_occupations, shipped_terms
from canut.core.portrait.released import open_release, read_release, sign_release
from canut.core.proofs.checkpoint import read_checkpoint
from canut.core.proofs.note import read_note
from canut.core.proofs.signing import public_of
from canut.store.portrait import inputs as kept
from canut.store.tables.ledger import PlatformEntry
from canut.store.tables.portrait import PortraitRelease

ENTRY = "portrait"
CURRENCY = "CAD"
MOST_BATCHES = 100_000
MAY = 5


class Verified(NamedTuple):
    """A verified release: its name, and what is wrong; empty if all is right."""

    name: str
    wrong: tuple[str, ...]


def reference() -> Reference:
    """Return the reference facts shipped with Canut."""
    return Reference(shipped_occupations(), shipped_facts(), shipped_terms())


def floor_on(day: date) -> Money | None:
    """Return Québec's general minimum hourly wage on a day, from the reference facts.

    It changes on the first of May: over a quarter, that of its first day is the lowest.
    """
    wages = shipped_facts().by_key["F22"].values
    year = day.year if day.month >= MAY else day.year - 1
    value: Decimal | None = wages.get(f"y{year}")
    return None if value is None else Money(int(value * MICRO), CURRENCY)


def last_floor() -> Money:
    """Return the newest minimum wage of the reference facts."""
    wages = [value for value in shipped_facts().by_key["F22"].values.values() if value]
    return Money(int(wages[-1] * MICRO), CURRENCY)


def release_quarter(
    quarter: Quarter, now_ms: Ms, *, is_correction: bool = False
) -> PortraitRelease:
    """Compute a quarter's release, sign it and store it.

    Args:
        quarter: which one.
        now_ms: when.
        is_correction: make the next edition where one is out.

    Raises:
        Conflict: ``portrait-running``, ``portrait-released`` or ``portrait-few``.
        NotReady: the log cannot be signed.
    """
    if now_ms < quarter.end_ms and kept.has_real_work(quarter.begin_ms, quarter.end_ms):
        raise Conflict(
            f"{quarter.name} still runs until {quarter.last}; release it when it is over",
            code="portrait-running",
            period=quarter.name,
            last=quarter.last.isoformat(),
        )
    _refuse_few_between(quarter)
    take_in_all_actors(now_ms)
    for _ in range(MOST_BATCHES):
        if not sequence(now_ms):
            break
    earlier = [read_release(edition.content.encode()) for edition in kept.editions_of(quarter.name)]
    today = from_ms(now_ms).date()
    edition = _worked_out(quarter, earlier, today, is_correction=is_correction)
    release = published(edition, earlier)
    signed = sign_release(release, signer_of(log_of(None).origin).secret, _moment(now_ms))
    return _keep(release, signed, now_ms)


def verify_releases() -> list[Verified]:
    """Check every release: signature, key, hash, chain of editions, log entry."""
    results: list[Verified] = []
    logged = set(PlatformEntry.objects.filter(type=ENTRY).values_list("payload", flat=True))
    before: dict[str, str] = {}
    for row in reversed(kept.releases()):
        name, wrong = f"{row.period} edition {row.edition}", list[str]()
        try:
            signed = open_release(row.content.encode())
        except NotProven as problem:
            results.append(Verified(name, (str(problem),)))
            continue
        release = signed.release
        if signed.signature.public != public_of(signer_of(log_of(None).origin).secret):
            wrong.append("signed by another key than this instance's")
        if release.sha256 != row.sha256:
            wrong.append(f"its hash is {release.sha256}; kept as {row.sha256}")
        if release.replaces != before.get(row.period, ""):
            wrong.append("it does not name the edition before it")
        if not any(row.sha256 in payload for payload in logged):
            wrong.append("the ledger has no entry of it")
        before[row.period] = row.sha256
        results.append(Verified(name, tuple(wrong)))
    return results


def _refuse_few_between(quarter: Quarter) -> None:
    """Refuse a correction whose difference would reveal a small group of people."""
    before = kept.editions_of(quarter.name)
    if not before:
        return
    late = kept.paid_since(quarter.first, quarter.last, before[-1].made_ms)
    if 0 < late < FEWEST:
        raise Conflict(
            f"too few people were paid for {quarter.name} since its last edition; both side by "
            "side would show them",
            code="portrait-few",
            period=quarter.name,
        )


def _worked_out(
    quarter: Quarter, earlier: list[Release], today: date, *, is_correction: bool
) -> Release:
    """Compute a release; the same data, root and edition give the same release."""
    floor = floor_on(quarter.first)
    period = gather(quarter, floor.micro if floor else None)
    last = earlier[-1] if earlier and is_correction else None
    rng = np.random.default_rng(quarter.begin_ms)
    cells = cells_here(period.work, rng)
    real, simulated = kept.projects_by_kind()
    projects = simulated if period.is_simulated else real
    machines = machines_between(projects, quarter.months, rng, is_simulated=period.is_simulated)
    return Release(
        period=quarter.name,
        edition=last.edition + 1 if last else 1,
        on=today,
        root=_root(),
        currency=period.currency,
        cells=cells,
        replaces=last.sha256 if last else "",
        figures=(
            *beside(period.given, cells, rng),
            *machine_figures(machines, tellable_of(cells, is_simulated=period.is_simulated)),
        ),
    )


def _root() -> str:
    """Return the root of the platform log in hexadecimal; empty before its first entry."""
    checkpoint = log_of(None).checkpoint
    if not checkpoint:
        return ""
    return read_checkpoint(read_note(checkpoint.encode()).text).root.hex()


@transaction.atomic
def _keep(release: Release, signed: bytes, now_ms: int) -> PortraitRelease:
    facts = {"period": release.period, "edition": release.edition, HASH: release.sha256}
    record_fact(None, ENTRY, facts, now_ms)
    return PortraitRelease.objects.create(
        period=release.period,
        edition=release.edition,
        made_ms=now_ms,
        is_simulated=release.is_simulated,
        content=signed.decode(),
        sha256=release.sha256,
    )


def _moment(now_ms: Ms) -> str:
    return from_ms(now_ms).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
