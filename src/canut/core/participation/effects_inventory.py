"""Name every column kept about people at work, and the risks of keeping it.

The impact assessment is made from this list. A test compares it with the tables: a migration that
adds a column to one of them fails until the column is named here, and the operator sees that the
assessment in force does not cover it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Use(StrEnum):
    """What a column is for."""

    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    MEASURE = "measure"
    CONTENT = "content"
    PROOF = "proof"
    REASON = "reason"
    STATE = "state"
    SAFETY = "safety"
    MONEY = "money"


class LegalBasis(StrEnum):
    """The legal basis Canut proposes; the operator answers for the choice."""

    CONTRACT = "contract"
    LAW = "law"
    CONSENT = "consent"
    INTEREST = "interest"


class InventoryTable(NamedTuple):
    """One table: the basis proposed, and each column with what it is for."""

    basis: LegalBasis
    columns: Mapping[str, Use]


def _columns(**uses: str) -> dict[str, Use]:
    """Return columns by name, from the names of columns by use."""
    return {name: Use(use) for use, names in uses.items() for name in names.split()}


INVENTORY: Mapping[str, InventoryTable] = {
    "Beat": InventoryTable(
        LegalBasis.CONTRACT,
        _columns(
            who="id person", where="project surface", when="mono_ms received_ms",
            measure="visible focused buckets media_ms", proof="session seq previous",
        ),
    ),
    "Credited": InventoryTable(
        LegalBasis.CONTRACT,
        _columns(
            who="id person", where="project surface", when="begin_ms end_ms",
            measure="allowance_ms", reason="why",
        ),
    ),
    "Lease": InventoryTable(
        LegalBasis.CONTRACT,
        _columns(
            who="id worker bearer", where="task project", when="lent_ms expires_ms ended_ms",
            state="state", reason="reason", safety="severity dose",
        ),
    ),
    "Answer": InventoryTable(
        LegalBasis.CONTRACT,
        _columns(
            who="id worker author_kind", where="task project question_version lease",
            when="answered_ms", measure="elapsed_ms", content="values", proof="client_key",
            state="counted surplus replaces",
        ),
    ),
    "Decision": InventoryTable(
        LegalBasis.LAW,
        _columns(
            who="id person worker made_by", where="project answer", when="at_ms undone_ms",
            content="kind code text_en text_fr evidence", reason="system rule inputs factors",
        ),
    ),
    "Statement": InventoryTable(
        LegalBasis.LAW,
        _columns(
            who="id person", when="period pay_year begin_ms end_ms", measure="time_ms",
            money="currency top_up_micro gross_micro vacation_micro net_micro",
            content="content", proof="sha256",
        ),
    ),
    "BankDetails": InventoryTable(
        LegalBasis.CONTRACT,
        _columns(who="person", money="kind sealed", proof="sealed_by", when="set_at"),
    ),
    "RiskChoice": InventoryTable(
        LegalBasis.CONSENT, _columns(who="id person", safety="category agreed", when="at_ms")
    ),
    "SignIn": InventoryTable(
        LegalBasis.INTEREST,
        _columns(who="id person", proof="session_key device", when="at_ms"),
    ),
}  # fmt: skip

RISKS = (
    *("tracing", "identified", "forged", "bank", "appeal", "exposure"),
    *("minors", "origin", "breaks", "leak", "retaliation", "creep"),
)
"""Risks that Canut names, each with its measures; the operator sets how large each remains."""
RESIDUALS = (1, 2, 3, 4)
"""What is left of a risk: 1 slight, 2 limited, 3 serious, 4 very serious."""
VIEW_DAYS, REVIEW_DAYS = 14, 730
"""Days in which workers may say what they think; days until the next review at most."""


def inventory_columns() -> set[str]:
    """Return all columns named, as ``Table.column``."""
    return {f"{name}.{column}" for name, table in INVENTORY.items() for column in table.columns}
