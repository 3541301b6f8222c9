"""While an older database is migrated, a changed table is drawn alone, and all where it matters."""

from typing import Any

import pytest
from django.db import models
from django.db.migrations.operations import AddField, AlterField, CreateModel, RenameModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from canut.store.sql.migration_state import changed_tables_alone

ID = ("id", models.BigAutoField(primary_key=True))


def refers_to(name: str) -> tuple[str, models.Field[Any, Any]]:
    return "to", models.ForeignKey(f"shop.{name}", models.CASCADE)


def done(state: ProjectState, *operations: Operation) -> None:
    for operation in operations:
        operation.state_forwards("shop", state)


def table(state: ProjectState, name: str) -> Any:
    return state.apps.get_model("shop", name)


@pytest.fixture
def state() -> ProjectState:
    """Return the state of two tables, the second of which refers to the first, drawn."""
    begun = ProjectState()
    done(begun, CreateModel("Box", [ID]), CreateModel("Shoe", [ID, refers_to("Box")]))
    assert len(begun.apps.get_models()) == 2
    return begun


def test_new_table_and_new_column_leave_the_others_as_drawn(state: ProjectState) -> None:
    shoe = table(state, "Shoe")

    with changed_tables_alone():
        done(
            state,
            CreateModel("Lace", [ID, refers_to("Shoe")]),
            AddField("Box", "size", models.IntegerField(default=0)),
        )

        assert table(state, "Shoe") is shoe
        assert table(state, "Lace").to.field.related_model is shoe
        assert table(state, "Box").size.field.column == "size"

    state.clear_delayed_apps_cache()  # as Django does before Python runs
    assert table(state, "Shoe").to.field.related_model is table(state, "Box")


@pytest.mark.parametrize(
    "operation",
    [
        AlterField("Box", "id", models.BigIntegerField(primary_key=True)),
        RenameModel("Box", "Crate"),
    ],
)
def test_change_of_what_others_refer_to_draws_all_anew(
    state: ProjectState, operation: Operation
) -> None:
    before = table(state, "Shoe")

    with changed_tables_alone():
        done(state, operation)

    shoe = table(state, "Shoe")
    box = shoe.to.field.related_model
    assert shoe is not before
    assert {one.__name__ for one in state.apps.get_models()} == {"Shoe", box.__name__}
    assert table(state, box.__name__) is box


def test_django_draws_as_ever_afterwards() -> None:
    methods = (ProjectState.reload_model, ProjectState.reload_models)

    with changed_tables_alone():
        assert ProjectState.reload_model is not methods[0]

    assert (ProjectState.reload_model, ProjectState.reload_models) == methods
