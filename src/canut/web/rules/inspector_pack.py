"""Put an inspector's file together: tables, systems, papers in PDF, and what proves it.

The register of rules is a part of its own: ``PARTS`` takes functions that add files to a scope. The
papers are in the language of the scope, the first one in both.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from canut.actions.decisions.system_notices import notice_now
from canut.actions.participation.impact_assessments import draft_now
from canut.actions.participation.inspector_files import KeptFile, check_scope, keep_file
from canut.core.clock import from_ms
from canut.core.decisions.misconduct import LISTS
from canut.core.ledger.representative_statements import StatementAbout
from canut.core.messages import message
from canut.core.participation.fairwork import SOURCE, GridRow, grid
from canut.core.participation.inspector_file import (
    LEVELS,
    InspectionScope,
    article_17,
    decision_rows,
    pack,
    table_bytes,
    time_and_pay,
)
from canut.core.proofs.canonical import canonical
from canut.store.participation.elections import representatives
from canut.store.participation.impact_assessments import assessment_in_force, views_of
from canut.store.participation.inspections import (
    chain_rows,
    decided_rows,
    fairwork_evidence,
    operator_names,
    paid_parts,
    rule_switches,
    statement_texts,
)
from canut.store.participation.policies import terms_in_force, terms_texts
from canut.store.participation.representative_statements import (
    scope_subject,
    statements_beside,
)
from canut.store.tables.people import Person
from canut.web.decisions.system_view import pdf_of_notice
from canut.web.kit.drawing.pdf import print_pdf
from canut.web.participation.effects import LEFT
from canut.web.rules.files import rule_rows, rules_csv, rules_document
from canut.web.rules.inspector_proofs import proof_files

PAPER = Path(__file__).with_name("inspect_paper.typ")
ARTICLE_17 = (
    *("place", "status", "currency", "people"),
    *(f"people_active_{level}_of_6" for level in LEVELS),
    *("hours", "hours_per_week_each", "income_each", "income_per_hour"),
)
MONTHS = ("place", "month", "currency", "people", "hours", "gross", "top_ups")
DECISIONS = ("id", "kind", "act", "system", "by_a_person", "days_to_answer", "outcome")
CHAIN = (
    *("project", "client", "client_country", "currency", "price"),
    *("role", "name", "country", "share"),
)
GRID = ("threshold", "asked", "evidence", "document", "fails", "source")


class Part(NamedTuple):
    """One heading of a paper: its sentences, and a table if it has one."""

    heading: str
    sentences: Sequence[str] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


class BuiltFile(NamedTuple):
    """A file that was built, and what is kept of it."""

    content: bytes
    kept: KeptFile


def build(
    scope: InspectionScope, now_ms: int, by: Person | None = None, username: str = ""
) -> BuiltFile:
    """Build an inspector's file, keep its manifest and enter it in the platform log.

    Args:
        scope: days, place, language, and the authority's demand if there is one.
        now_ms: the moment, in milliseconds since 1970 UTC.
        by: who builds it; nobody for a command.
        username: whose statements go along, on a written demand only.

    Raises:
        BadInput: the scope cannot be used.
        NotProven: the file would be larger than 20 MB.
    """
    check_scope(scope)
    content, manifest = pack(scope, files_of(scope, now_ms, username))
    return BuiltFile(content, keep_file(scope, manifest, by, now_ms))


def files_of(scope: InspectionScope, now_ms: int, username: str = "") -> dict[str, bytes]:
    """Return the files of a scope by name, without the manifest."""
    end_ms = _end_ms(scope)
    paid = list(paid_parts(scope))
    weeks = ((scope.last - scope.first).days + 1) / 7
    least = scope.least_people
    by_place = article_17(paid, weeks, least)
    notice = notice_now(now_ms)
    files = {
        "article17.csv": table_bytes(ARTICLE_17, by_place),
        "article17.json": canonical(by_place),
        "time-and-pay.csv": table_bytes(MONTHS, time_and_pay(paid, least)),
        "decisions.csv": table_bytes(DECISIONS, decision_rows(decided_rows(scope), least)),
        "chain.csv": table_bytes(CHAIN, chain_rows(scope)),
        "systems.json": canonical(
            {"notice": notice.content, "sha256": notice.sha256, "switches": rule_switches(end_ms)}
        ),
        f"systems-{scope.language}.pdf": pdf_of_notice(notice, scope.language),
        "dpia.pdf": _dpia(scope),
        "terms.pdf": _terms(scope, end_ms),
        "acts.pdf": _acts(scope),
        "representatives.pdf": _representatives(scope),
        "fairwork.csv": fairwork_csv(now_ms, scope.language),
        **_register(scope),
        **proof_files(scope, notice.content, end_ms),
    }
    if scope.demand and username:
        files |= statement_texts(scope, username)
    names = sorted(files)
    for name, language in (("README.pdf", "en"), ("LISEZMOI.pdf", "fr")):
        files[name] = _read_me(scope, language, names)
    return files


def fairwork_grid(now_ms: int) -> list[GridRow]:
    """Return the ten Fairwork thresholds with the evidence of this instance."""
    return grid(fairwork_evidence(now_ms, from_ms(now_ms).date()))


def fairwork_csv(now_ms: int, language: str) -> bytes:
    """Write the Fairwork grid as a CSV: evidence by name and value, never a point."""
    rows = [
        {
            "threshold": row.threshold,
            "asked": message(language, f"fairwork.{row.threshold}"),
            "evidence": "; ".join(
                f"{message(language, f'fairwork_evidence.{code}')}: {one.value or '?'}"
                for code, one in row.evidence
            ),
            "document": row.document,
            "fails": "; ".join(
                message(language, f"fairwork_evidence.{code}") for code in row.fails
            ),
            "source": SOURCE,
        }
        for row in fairwork_grid(now_ms)
    ]
    return table_bytes(GRID, rows)


def _paper(
    scope: InspectionScope, language: str, title: str, lead: str, parts: Sequence[Part]
) -> bytes:
    """Print one paper; it bears the last day of the scope, not today's."""
    paper: dict[str, object] = {
        "title": title,
        "lead": lead,
        "language": language,
        "foot": f"Canut · {scope.first} – {scope.last} {scope.place}",
        "parts": [part._asdict() for part in parts],
    }
    return print_pdf(PAPER, paper, _end_ms(scope) // 1000)


def _read_me(scope: InspectionScope, language: str, names: Sequence[str]) -> bytes:
    words = {key: message(language, message_id) for key, message_id in READ_ME.items()}
    who = ", ".join(operator_names()) or words["nobody"]
    demand = words["demand"] + f" « {scope.demand} »" if scope.demand else words["k_rule"]
    parts = [
        Part(words["who"], [who]),
        Part(
            words["scope"], [f"{scope.first} – {scope.last}", scope.place or words["all"], demand]
        ),
        Part(words["check"], [words["how"], words["log"]]),
        Part(words["inside"], [", ".join(names)]),
        Part(words["not_inside"], [words["absent"]]),
    ]
    return _paper(scope, language, words["title"], words["lead"], parts)


READ_ME = {
    "title": "inspect.title",
    "lead": "inspect.lead",
    "who": "inspect.who",
    "nobody": "inspect.nobody",
    "scope": "inspect.scope",
    "all": "inspect.all_places",
    "demand": "inspect.demand",
    "k_rule": "inspect.k_rule",
    "check": "inspect.check",
    "how": "inspect.how",
    "log": "inspect.log",
    "inside": "inspect.inside",
    "not_inside": "inspect.not_inside",
    "absent": "inspect.absent",
}


def _dpia(scope: InspectionScope) -> bytes:
    """Print the assessment in force, or say that there is none and what it would hold."""
    side, stored = scope.language, assessment_in_force()
    content: Any = stored.content if stored else draft_now()
    lead = message(side, "inspect.dpia_none")
    if stored is not None and stored.agreed_ms is not None:
        lead = message(
            side,
            "inspect.dpia_lead",
            number=stored.number,
            day=from_ms(stored.agreed_ms).date().isoformat(),
            sha256=stored.sha256,
        )
    risks = [
        [
            message(side, f"effects_risk.{risk}"),
            message(side, f"effects_measure.{risk}"),
            message(side, LEFT[left]),
        ]
        for risk, left in content["risks"].items()
    ]
    tables = [
        [
            message(side, f"effects_table.{table['table']}"),
            message(side, f"effects_basis.{table['basis']}"),
            message(side, f"effects_kept.{table['table']}"),
            ", ".join(sorted(table["columns"])),
        ]
        for table in content["inventory"]
    ]
    views = [[view.text, view.answer] for view in (views_of(stored) if stored else [])]
    heads = {key: message(side, f"page.effects.{key}") for key in DPIA_HEADS}
    parts = [
        Part(heads["purposes"], [", ".join(sorted(content["systems"].values()))]),
        Part(heads["risks"], (), [heads["risk"], heads["measure"], heads["left"]], risks),
        Part(
            heads["stored"],
            (),
            [heads["stored"], message(side, "inspect.basis"), message(side, "inspect.kept"), ""],
            tables,
        ),
        Part(
            heads["leaves"],
            [f"{name}: {value or heads['nothing']}" for name, value in content["flows"].items()],
        ),
        Part(
            heads["views"],
            () if views else [heads["no_view"]],
            [heads["views"], heads["answer"]] if views else (),
            views,
        ),
    ]
    return _paper(scope, side, heads["title"], lead, parts)


DPIA_HEADS = (
    *("title", "purposes", "risks", "risk", "measure", "left", "stored", "leaves"),
    *("nothing", "views", "answer", "no_view"),
)


def _register(scope: InspectionScope) -> Mapping[str, bytes]:
    """Return the register of rules as it was last counted; of a place, what concerns it."""
    rows = rule_rows(scope.place)
    document = json.dumps(rules_document(rows), ensure_ascii=False, indent=1, sort_keys=True)
    return {"register.csv": rules_csv(rows).encode(), "register.json": document.encode()}


def _terms(scope: InspectionScope, end_ms: int) -> bytes:
    number = terms_in_force(end_ms - 1)
    text = (terms_texts(number) or {}).get(scope.language, "")
    title = message(scope.language, "common.terms_of_use")
    parts: list[Part] = []
    for block in text.split("\n\n"):
        tidy = block.strip()
        if tidy.startswith("#"):
            parts.append(Part(tidy.lstrip("# ")))
        elif tidy:
            last = parts.pop() if parts else Part(title)
            parts.append(last._replace(sentences=[*last.sentences, *tidy.split("\n- ")]))
    return _paper(scope, scope.language, f"{title} {number}", "", parts)


def _acts(scope: InspectionScope) -> bytes:
    side = scope.language
    parts = [
        Part(
            message(side, "page.systems.list_in_force_since", version=acts.version, day=acts.since),
            (),
            [message(side, "page.systems.act"), message(side, "page.systems.may_lead_to")],
            [
                [act.fr if side == "fr" else act.en, ", ".join(sorted(act.leads_to))]
                for act in acts.acts
            ],
        )
        for acts in LISTS
    ]
    return _paper(
        scope,
        side,
        message(side, "page.systems.what_a_person_may"),
        message(side, "page.systems.being_slow_being_alone"),
        parts,
    )


def _representatives(scope: InspectionScope) -> bytes:
    """Print what representatives said of these days and this place, word for word."""
    side = scope.language
    sentence = message(side, "inspect.representatives", n=len(representatives()))
    subject = scope_subject(scope.first.isoformat(), scope.last.isoformat(), scope.place)
    parts = []
    for row in statements_beside(StatementAbout.FILE, subject):
        spoken = row.spoken()
        text, language = spoken.text_in(side)
        other = spoken.text_fr if language == "en" else spoken.text_en
        parts.append(
            Part(
                message(side, "portrait.spoken_heading"),
                [
                    *(block for words in (text, other) if words for block in words.split("\n")),
                    message(
                        side,
                        "portrait.spoken_signed",
                        day=from_ms(spoken.signed_ms).date().isoformat(),
                        election=spoken.election,
                        sha256=spoken.sha256,
                    ),
                ],
            )
        )
    silence = Part(
        message(side, "portrait.spoken_heading"), [message(side, "portrait.spoken_none")]
    )
    return _paper(
        scope, side, message(side, "common.representatives"), sentence, parts or [silence]
    )


def _end_ms(scope: InspectionScope) -> int:
    return ((scope.last - date(1970, 1, 1)).days + 1) * 86_400_000
