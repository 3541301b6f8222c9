"""The assessment of effects names every column kept about people at work."""

from typing import Any

import pytest

from canut.core.messages import has_message
from canut.core.participation.effects_inventory import (
    INVENTORY,
    RISKS,
    LegalBasis,
    Use,
    inventory_columns,
)
from canut.core.participation.impact_assessment import (
    assessment_content,
    assessment_digest,
    changed_systems,
    laws_of,
    uncovered_columns,
)
from canut.store import models
from canut.store.people.retention_register import RETENTION


def content() -> dict[str, Any]:
    return assessment_content(["CA-QC"], {}, {"mail": ""}, dict.fromkeys(RISKS, 2))


@pytest.mark.parametrize("table", INVENTORY)
def test_new_column_fails_until_the_inventory_names_it(table: str) -> None:
    columns = {field.name for field in vars(getattr(models, table))["_meta"].concrete_fields}

    assert columns == INVENTORY[table].columns.keys(), (
        "name the column in core/participation/effects_inventory.py: the assessment is made again"
    )


def test_every_use_basis_and_risk_is_in_words() -> None:
    ids = [
        *(f"effects_use.{use}" for use in Use),
        *(f"effects_without.{use}" for use in Use),
        *(f"effects_basis.{basis}" for basis in LegalBasis),
        *(f"effects_{kind}.{table}" for table in INVENTORY for kind in ("table", "kept")),
        *(f"effects_risk.{risk}" for risk in RISKS),
        *(f"effects_measure.{risk}" for risk in RISKS),
    ]

    assert [message_id for message_id in ids if not has_message(message_id)] == []


def test_every_table_has_a_length_of_storage() -> None:
    kept = {table for rule in RETENTION for table in rule.tables}

    assert INVENTORY.keys() <= kept


def test_twelve_risks_are_named_once() -> None:
    assert len(set(RISKS)) == len(RISKS) == 12


def test_law_follows_the_places_where_people_work() -> None:
    assert laws_of(["CA-QC"]) == ["l25"]
    assert laws_of(["FR", "KE"]) == ["gdpr", "pwd"]
    assert laws_of([]) == []


def test_assessment_of_fewer_columns_or_older_rules_does_not_cover_today() -> None:
    made = content()
    assert uncovered_columns(made) == changed_systems(made) == []
    assert len(inventory_columns()) > 80

    made["inventory"][0]["columns"].pop("buckets")
    made["systems"] = {"caps": "caps/1"}

    assert uncovered_columns(made) == ["Beat.buckets"]
    assert "hours/2" in changed_systems(made)
    assert assessment_digest(made) != assessment_digest(content())
