"""Release the Portrait of a quarter: computed once, attacked, signed, logged, and never changed.

A quarter still in progress is released only on a simulated instance: two releases of the same real
people would reveal the difference. A mistake is corrected by a new edition that names the one it
corrects, and reveals nothing the earlier one suppressed; if it would show few people, it waits. A
quarter that was kept back is released with the next. A release that fails an attack is not signed.
What an edition is compared with is collected in ``comparisons``. Elected representatives read a
draft for seven days before, and what they say of it is part of the release.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from django.db import transaction

from canut.actions.learning.provenance import take_in_all_actors
from canut.actions.ledger.entries import record_fact
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.portrait.comparisons import (
    AttackScene,
    attack_inputs,
    collect_inputs,
    covers_of,
    pooled,
    projects_withheld,
    tellable_machines,
    waiting_quarters,
)
from canut.actions.portrait.inputs import Quarter, QuarterInputs, gather, machines_between
from canut.actions.portrait.perspectives import perspectives_of
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.errors import Conflict, NotProven
from canut.core.ledger.logged_file import HASH
from canut.core.ledger.representative_statements import DRAFT_DAYS, StatementAbout
from canut.core.money import MICRO, Money
from canut.core.portrait.attacks.release_attacks import successful_attacks
from canut.core.portrait.chart_set import Reference
from canut.core.portrait.disclosure.edition_changes import EditionInputs, may_correct
from canut.core.portrait.extra_figures import beside
from canut.core.portrait.machine_figures import Machines, machine_figures, tellable_of
from canut.core.portrait.privacy import Release, cells_here, published
from canut.core.portrait.reading import shipped_facts, shipped_occupations, shipped_terms
from canut.core.portrait.released import open_release, read_release, sign_release
from canut.core.proofs.checkpoint import read_checkpoint
from canut.core.proofs.note import read_note
from canut.core.proofs.signing import public_of
from canut.store.participation.representative_statements import (
    is_anybody_in_office,
    statements_beside,
)
from canut.store.portrait import drafts as draft_store
from canut.store.portrait import edition_inputs as edition_store
from canut.store.portrait import inputs as kept
from canut.store.tables.ledger import PlatformEntry
from canut.store.tables.portrait import PortraitDraft, PortraitRelease

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
    """Compute a quarter's release, or take its draft, then sign it and store it.

    While workers have a representative in office, only a draft that they could read for seven days
    is released, with what they said of it.

    Args:
        quarter: which one.
        now_ms: when.
        is_correction: make the next edition where one is out.

    Raises:
        Conflict: ``portrait-running``, ``portrait-released``, ``portrait-covered``,
            ``portrait-few``, ``portrait-attack``, ``portrait-draft`` or ``portrait-draft-open``.
        NotReady: the log cannot be signed.
    """
    draft = draft_store.find_draft(
        quarter.name, _next_edition(quarter, is_correction=is_correction)
    )
    if draft is not None:
        prepared = _prepared_of(draft, quarter, now_ms)
    else:
        prepared = prepare_quarter(quarter, now_ms, is_correction=is_correction)
        if is_anybody_in_office():
            raise Conflict(
                f"workers have representatives, who read {quarter.name} for {DRAFT_DAYS} days "
                f"before it is released: canut portrait draft --quarter {quarter.name}",
                code="portrait-draft",
                period=quarter.name,
                days=DRAFT_DAYS,
            )
    signed = sign_release(prepared.release, signer_of(log_of(None).origin).secret, _moment(now_ms))
    return _keep(prepared, signed, now_ms, draft)


def draft_quarter(quarter: Quarter, now_ms: Ms, *, is_correction: bool = False) -> PortraitDraft:
    """Compute the next edition of a quarter for the representatives to read; it is not released.

    A second draft of the same edition replaces the first, and has seven days of its own.

    Raises:
        Conflict: as ``release_quarter``, but for drafts.
    """
    prepared = prepare_quarter(quarter, now_ms, is_correction=is_correction)
    return draft_store.store_draft(
        prepared.release, prepared.inputs, prepared.withheld, (now_ms, now_ms + DRAFT_DAYS * DAY_MS)
    )


def _next_edition(quarter: Quarter, *, is_correction: bool) -> int:
    """Return the number of the edition that comes next; 1 where none may come."""
    editions = kept.editions_of(quarter.name)
    return editions[-1].edition + 1 if editions and is_correction else 1


class Prepared(NamedTuple):
    """An edition ready to be signed, what it was computed from, and cards to withhold."""

    release: Release
    inputs: EditionInputs
    withheld: Sequence[int]


def prepare_quarter(quarter: Quarter, now_ms: Ms, *, is_correction: bool = False) -> Prepared:
    """Compute a quarter's next edition and attack it.

    Raises:
        Conflict: ``portrait-running``, ``portrait-released``, ``portrait-covered``,
            ``portrait-few`` or ``portrait-attack``.
    """
    if now_ms < quarter.end_ms and kept.has_real_work(quarter.begin_ms, quarter.end_ms):
        raise Conflict(
            f"{quarter.name} still runs until {quarter.last}; release it when it is over",
            code="portrait-running",
            period=quarter.name,
            last=quarter.last.isoformat(),
        )
    earlier = [read_release(edition.content.encode()) for edition in kept.editions_of(quarter.name)]
    covered = pooled(quarter, earlier)
    take_in_all_actors(now_ms)
    for _ in range(MOST_BATCHES):
        if not sequence(now_ms):
            break
    computed = _compute(covered, earlier, from_ms(now_ms).date(), is_correction=is_correction)
    release = published(computed.release, earlier)
    inputs = collect_inputs(covered, computed.inputs)
    if earlier:
        _let_wait(quarter, inputs, now_ms)
    withheld = [] if release.is_simulated else projects_withheld(covered)
    _refuse_disclosing(release, covered, computed, withheld)
    return Prepared(release, inputs, withheld)


def _prepared_of(draft: PortraitDraft, quarter: Quarter, now_ms: Ms) -> Prepared:
    """Return a draft as it is released: its figures, and what representatives said of it.

    Raises:
        Conflict: ``portrait-draft-open`` before its seven days are over, ``portrait-covered`` where
            another edition covers the quarter since, ``portrait-attack``.
    """
    if now_ms < draft.due_ms:
        due = from_ms(draft.due_ms)
        raise Conflict(
            f"representatives read {quarter.name} until {due:%Y-%m-%d %H:%M} UTC",
            code="portrait-draft-open",
            period=quarter.name,
            until=f"{due:%Y-%m-%d %H:%M} UTC",
        )
    drafted = read_release(draft.content.encode())
    earlier = [read_release(edition.content.encode()) for edition in kept.editions_of(quarter.name)]
    covered = pooled(quarter, earlier)
    if covers_of(covered) != drafted.covers:
        raise Conflict(
            f"{quarter.name} now covers other quarters than its draft; make another draft",
            code="portrait-draft",
            period=quarter.name,
            days=DRAFT_DAYS,
        )
    rows = statements_beside(StatementAbout.RELEASE, draft.name)
    release = published(replace(drafted, statements=tuple(row.spoken() for row in rows)), earlier)
    floor = floor_on(covered.first)
    period = gather(covered, floor.micro if floor else None)
    machines = _machines_of(covered, period, np.random.default_rng(covered.begin_ms))
    _refuse_disclosing(release, covered, _Computed(release, period, machines), draft.withheld)
    return Prepared(release, draft_store.inputs_of_draft(draft), draft.withheld)


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


class _Computed(NamedTuple):
    """A release before anything is suppressed again, and its inputs."""

    release: Release
    inputs: QuarterInputs
    machines: Machines


def _let_wait(quarter: Quarter, inputs: EditionInputs, now_ms: Ms) -> None:
    """Refuse a correction whose difference would show few people, and record that it waits.

    Raises:
        Conflict: ``portrait-few``.
    """
    last = kept.editions_of(quarter.name)[-1]
    before = edition_store.inputs_of(last)
    if last.is_simulated or (before is not None and may_correct(before, inputs)):
        return
    edition_store.let_wait(last, now_ms)
    raise Conflict(
        f"inputs of too few people changed for {quarter.name} since its last edition, or one of "
        "them has most of a change; both side by side would show them: the correction waits",
        code="portrait-few",
        period=quarter.name,
    )


def _refuse_disclosing(
    release: Release, quarter: Quarter, computed: _Computed, withheld: Sequence[int]
) -> None:
    """Attack a release before it is signed.

    Raises:
        Conflict: ``portrait-attack``.
    """
    floor = floor_on(quarter.first) or last_floor()
    inputs_of_attacks = attack_inputs(
        release,
        quarter,
        computed.inputs,
        withheld,
        AttackScene(reference(), floor, computed.machines),
    )
    attacks = successful_attacks(release, inputs_of_attacks)
    if attacks:
        raise Conflict(
            f"{release.period} is not signed; these attacks on it succeed: {', '.join(attacks)}",
            code="portrait-attack",
            attacks=", ".join(attacks),
        )


def _compute(
    quarter: Quarter, earlier: Sequence[Release], today: date, *, is_correction: bool
) -> _Computed:
    """Compute a release; the same data, root and edition give the same release."""
    floor = floor_on(quarter.first)
    period = gather(quarter, floor.micro if floor else None)
    last = earlier[-1] if earlier and is_correction else None
    rng = np.random.default_rng(quarter.begin_ms)
    cells = cells_here(period.work, rng)
    span = covers_of(quarter)
    machines = _machines_of(quarter, period, rng)
    tellable = tellable_machines(
        quarter,
        tellable_of(cells, is_simulated=period.is_simulated),
        is_simulated=period.is_simulated,
    )
    release = Release(
        period=quarter.name,
        edition=last.edition + 1 if last else 1,
        on=today,
        root=_root(),
        currency=period.currency,
        cells=cells,
        replaces=last.sha256 if last else "",
        figures=(
            *beside(period.given, cells, rng),
            *machine_figures(machines, tellable, today.isoformat()),
            *perspectives_of(quarter),
        ),
        covers=span,
        waiting=waiting_quarters(quarter.name),
    )
    return _Computed(release, period, machines)


def _machines_of(quarter: Quarter, period: QuarterInputs, rng: np.random.Generator) -> Machines:
    """Return what machines did in a quarter, by month or over all that it covers."""
    real, simulated = kept.projects_by_kind()
    projects = simulated if period.is_simulated else real
    span = covers_of(quarter)
    months = [(span, quarter.begin_ms, quarter.end_ms)] if span else quarter.months
    return machines_between(projects, months, rng, is_simulated=period.is_simulated)


def _root() -> str:
    """Return the root of the platform log in hexadecimal; empty before its first entry."""
    checkpoint = log_of(None).checkpoint
    if not checkpoint:
        return ""
    return read_checkpoint(read_note(checkpoint.encode()).text).root.hex()


@transaction.atomic
def _keep(
    prepared: Prepared, signed: bytes, now_ms: int, draft: PortraitDraft | None
) -> PortraitRelease:
    release = prepared.release
    facts = {"period": release.period, "edition": release.edition, HASH: release.sha256}
    record_fact(None, ENTRY, facts, now_ms)
    row = PortraitRelease.objects.create(
        period=release.period,
        edition=release.edition,
        made_ms=now_ms,
        is_simulated=release.is_simulated,
        content=signed.decode(),
        sha256=release.sha256,
        shared=dict(prepared.inputs.shared),
        withheld=list(prepared.withheld),
    )
    edition_store.store_inputs(row, prepared.inputs)
    if draft is not None:
        draft_store.end_draft(draft, now_ms)
    return row


def _moment(now_ms: Ms) -> str:
    return from_ms(now_ms).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
