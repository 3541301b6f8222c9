"""The register of rules as files: rows, CSV and JSON, for pages and the inspector's file."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings

from canut.actions.platform.system_clock import now_ms
from canut.core.clock import from_ms
from canut.core.formula_cells import safe_cell
from canut.core.messages import message
from canut.core.rules.reading import shipped_register
from canut.core.rules.register import Rule, Scope
from canut.core.rules.verdicts import RuleVerdict, judge
from canut.store.rules.verdicts import evaluated_ms, facts_at


def verdicts_now() -> tuple[list[RuleVerdict], dict[str, date]]:
    """Return every verdict, worst first, and since when each rule holds."""
    facts = facts_at(from_ms(now_ms()).date())
    return judge(shipped_register(), facts), dict(facts.since)


def is_chosen(entry: Rule, place: str, who: str) -> bool:
    """Return whether a rule is of a chosen place and of whom it binds; nothing chosen is all."""
    is_there = not place or Scope(entry.scope.places).concerns(place, "")
    return is_there and (not who or entry.who.value == who)


def rule_rows(place: str = "", who: str = "") -> list[dict[str, object]]:
    """List the rules of a place and of whom they bind with their verdicts, for programs.

    Args:
        place: a code of two letters, or with a region; empty for all.
        who: a ``BoundParty``; empty for all.
    """
    verdicts, since = verdicts_now()
    return [
        _row(verdict, since.get(verdict.rule.key))
        for verdict in verdicts
        if is_chosen(verdict.rule, place, who)
    ]


def _row(verdict: RuleVerdict, since: date | None) -> dict[str, object]:
    entry = verdict.rule
    return {
        "rule": entry.key,
        "instrument": entry.instrument.name.en,
        "article": entry.article,
        "demands_en": entry.demands.en,
        "demands_fr": entry.demands.fr,
        "verdict": verdict.kind.value,
        "reason": verdict.reason.value,
        "cases": verdict.cases,
        "bad": verdict.bad,
        "since": since.isoformat() if since else "",
        "confidence": entry.confidence.value,
        "binds": entry.who.value,
        "places": " ".join(entry.scope.places),
        "requirements": " ".join(entry.requirements),
        "evidence": " ".join(entry.evidence),
        "source": entry.source.url,
        "locator": entry.source.locator,
        "read_at": entry.source.read_at.isoformat() if entry.source.read_at else "",
    }


def rules_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """Write rows as CSV; only its head where there are none."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(rows[0].keys() if rows else ())
    writer.writerows([safe_cell(str(value)) for value in row.values()] for row in rows)
    return text.getvalue()


def rules_document(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return rows as one document, with the register they are of and when it was counted."""
    return {
        "schema": "canut.rule-verdicts/1",
        "register": shipped_register().sha256,
        "evaluated_ms": evaluated_ms(),
        "rules": rows,
    }


def rules_linked(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return rows as JSON-LD: a data set whose parts are rules, each with its own address.

    What schema.org has no word for, such as the verdict, has a name of this instance.
    """
    address = f"{settings.URL.rstrip('/')}/rules/law/"
    counted_ms = evaluated_ms()
    return {
        "@context": {
            "@vocab": "https://schema.org/",
            "canut": f"{address}#",
            "isBasedOn": {"@type": "@id"},
        },
        "@id": address,
        "@type": "Dataset",
        "name": [
            {"@language": side, "@value": message(side, "page.register.title")}
            for side in ("en", "fr")
        ],
        "identifier": f"sha256:{shipped_register().sha256}",
        "dateModified": from_ms(counted_ms).isoformat() if counted_ms else "",
        "hasPart": [_linked(row, address) for row in rows],
    }


def _linked(row: Mapping[str, object], address: str) -> dict[str, object]:
    """Return one rule with its verdict as a node of its own."""
    return {
        "@id": f"{address}{row['rule']}/",
        "@type": "Legislation",
        "legislationIdentifier": row["rule"],
        "isPartOf": row["instrument"],
        "position": row["article"],
        "description": [
            {"@language": "en", "@value": row["demands_en"]},
            {"@language": "fr", "@value": row["demands_fr"]},
        ],
        "spatialCoverage": str(row["places"]).split(),
        **({"isBasedOn": row["source"]} if row["source"] else {}),
        **{
            f"canut:{name}": row[name]
            for name in ("verdict", "reason", "cases", "bad", "since", "confidence", "binds")
        },
    }
