"""Write the lines that tie a model to people, and reckon the two that nobody writes.

A lien belongs to a project's model, whatever its version: each version's page shows the newest
lines with that version's own figures. Every change is a new version, and its hash is in the log.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum

from canut.actions.learning.health import worst_slice_of
from canut.actions.ledger.entries import record_fact
from canut.actions.pay.floors import floors_known
from canut.core.clock import Ms
from canut.core.errors import Forbidden, Missing, Refusal, TooLarge
from canut.core.learning.lien import (
    LINES,
    LONGEST_NAME,
    LienText,
    clean_lines,
    lien_digest,
    missing_lines,
)
from canut.core.learning.slices import SliceErrors
from canut.core.money import Money
from canut.core.portrait.disclosure.dominance import is_safe_sum
from canut.core.portrait.disclosure.head_counts import band_edge
from canut.store.learning.liens import find_model, has_lien_page, newest_lien, texts_of
from canut.store.learning.loop import rule_of_loop
from canut.store.people.work_terms import terms_expected
from canut.store.tables.learning import LienVersion, LoopRule, Trained
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Worker


class LearntFrom(NamedTuple):
    """Whom a version learnt from, as far as it may be told.

    ``people``: lower edge of a band; 0 under twenty. ``ms`` and ``pay``: None where they would tell
    of somebody. ``places``: codes with twenty people or more. ``is_simulated``: nobody of them
    exists, and all of it may be told.
    """

    people: int
    ms: int | None
    pay: list[Money] | None
    floor: Money | None
    places: list[str]
    is_simulated: bool
    simulated_ms: int
    base: str


class WhereWrong(NamedTuple):
    """Where a version is wrong: ``seen`` tasks nobody was shown it on, and the worst kind found.

    ``is_sought``: there were enough tasks to look.
    """

    seen: int
    right: int
    is_sought: bool
    compared: int
    worst: SliceErrors | None


@dataclass(frozen=True, slots=True)
class Lien:
    """A model's lien as its page shows it.

    Args:
        trained: the version.
        version: newest written lines; None for none.
        texts: written lines by name.
        missing: names of the lines that say nothing.
        learnt_from: reckoned.
        wrong: reckoned.
        rule: what the model may do.
    """

    trained: Trained
    version: LienVersion | None
    texts: Mapping[str, LienText]
    missing: list[str]
    learnt_from: LearntFrom
    wrong: WhereWrong
    rule: LoopRule

    @property
    def names(self) -> tuple[str, ...]:
        """The ten lines, in their order."""
        return LINES


@transaction.atomic
def write_lien(
    project: Project,
    lines: Mapping[str, LienText],
    responsible: str,
    *,
    by: Person,
    now_ms: Ms,
) -> LienVersion:
    """Keep a new version of a project's lien; the same words again change nothing.

    It may be incomplete: the page says what is missing, and nothing new is taken over.

    Raises:
        BadInput, TooLarge: a line; raised by ``clean_lines``.
        Forbidden: ``service-actor``.
    """
    if by.is_service:
        raise Forbidden("a lien is written by the person who answers for it", code="service-actor")
    name = " ".join(responsible.split())
    if len(name) > LONGEST_NAME:
        raise TooLarge(
            f"the name has {len(name)} characters; at most {LONGEST_NAME}",
            code="lien-long",
            field="responsible",
            limit=LONGEST_NAME,
        )
    cleaned = clean_lines(lines)
    digest = lien_digest(cleaned, name)
    locked = Project.objects.select_for_update().get(pk=project.pk)
    newest = newest_lien(locked.pk)
    if newest is not None and newest.sha256 == digest:
        return newest
    version = LienVersion.objects.create(
        project=locked,
        number=newest.number + 1 if newest else 1,
        lines={line: text._asdict() for line, text in cleaned.items()},
        responsible=name,
        sha256=digest,
        by=by,
        at_ms=now_ms,
    )
    record_fact(locked.pk, "lien", {"n": version.number, "sha256": digest}, now_ms)
    return version


def lien_of(number: int, now_ms: Ms) -> Lien:
    """Return the lien of a trained version; a model that nobody meets or described has none.

    Raises:
        Missing: ``model-none``.
    """
    trained = find_model(number)
    if trained is None or not has_lien_page(trained.project.pk):
        raise Missing(f"there is no model {number}", code="model-none")
    rule, version = rule_of_loop(trained.project.pk), newest_lien(trained.project.pk)
    texts = texts_of(version)
    return Lien(
        trained,
        version,
        texts,
        missing_lines(texts, version.responsible if version else ""),
        learnt_from(trained, now_ms),
        WhereWrong(*worst_slice_of(trained)),
        rule,
    )


def learnt_from(trained: Trained, now_ms: Ms) -> LearntFrom:
    """Return whom a version learnt from, under the disclosure rules of the Portrait."""
    answers = Answer.objects.filter(
        project=trained.project.pk, counted=True, id__lte=trained.last_answer
    ).exclude(author_kind=Worker.Kind.MODEL)
    rows = answers.values_list(
        "worker", "worker__person", "author_kind", "payline__currency"
    ).annotate(ms=Sum("elapsed_ms", default=0), micro=Sum("payline__piece_micro", default=0))
    times, pay = dict[int, int](), dict[str, dict[int, int]]()
    real = dict[int, int | None]()
    for worker, person, kind, currency, elapsed_ms, micro in rows.order_by():
        times[worker] = times.get(worker, 0) + elapsed_ms
        if currency:
            pay.setdefault(currency, {})[worker] = micro
        if kind == Worker.Kind.HUMAN:
            real[worker] = person
    is_simulated = bool(times) and not real
    may_tell = is_simulated or (
        is_safe_sum(times[worker] for worker in real) and len(real) == len(times)
    )
    may_tell_pay = is_simulated or (
        may_tell and all(is_safe_sum(of.values()) for of in pay.values())
    )
    sums = [Money(sum(of.values()), currency) for currency, of in sorted(pay.items())]
    return LearntFrom(
        len(times) if is_simulated else band_edge(len(real)),
        trained.labels_ms if may_tell else None,
        [money for money in sums if money.micro] if may_tell_pay else None,
        _floor(trained.project, next(iter(sorted(pay)), ""), now_ms),
        _places([person for person in real.values() if person], now_ms),
        is_simulated,
        trained.simulated_ms,
        trained.base,
    )


def _floor(project: Project, currency: str, now_ms: Ms) -> Money | None:
    """Return the highest floor among a project's people; None where it is not known."""
    if not currency:
        return None
    try:
        return floors_known(project, currency, now_ms)[0]
    except Refusal:
        return None


def _places(people: list[int], now_ms: Ms) -> list[str]:
    """Return the places where at least twenty of the people work."""
    counts = Counter(
        terms.place for person in people if (terms := terms_expected(person, now_ms)) is not None
    )
    return sorted(place for place, count in counts.items() if band_edge(count))
