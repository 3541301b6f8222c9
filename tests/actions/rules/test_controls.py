"""Without one of its controls, a rule turns red in the same evaluation."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from canut.actions.decisions.record import Ruling
from canut.actions.rules.evaluation import evaluate
from canut.core.errors import Refusal
from canut.core.rules.reading import shipped_register
from canut.store.models import Decision, Project, RuleVerdict
from tests.support.decisions import make_due
from tests.support.factories import NOW_MS, make_person
from tests.support.paid_work import begin_pilot, declare_chain, fund, hire, make_paid_draft
from tests.support.rule_cases import terms
from tools.requirements import remove, rows

pytestmark = pytest.mark.django_db

type Act = Callable[[ModuleType], object]


def _program_rejects(record: ModuleType) -> None:
    ruling = Ruling(
        make_person().pk,
        Decision.Kind.REJECTION,
        "off-instructions",
        "Rejected.",
        "Refusé.",
        by=make_person(is_service=True),
        evidence="the review says the opposite, in its first line",
    )
    record.decide(ruling, NOW_MS)


def _rejects_without_words(rejections: ModuleType) -> None:
    due = make_due()
    rejections.reject_answer(
        due.answer.pk, by=due.author, code="off-instructions", evidence=".", now_ms=NOW_MS + 9000
    )


def _opens_without_pilot(setup: ModuleType) -> None:
    project, _workers = begin_pilot()
    setup.open_project(project, NOW_MS)


def _pilots_without_chain(pilot: ModuleType) -> None:
    project = make_paid_draft()
    fund(project)
    hire(project)
    pilot.open_pilot(project, NOW_MS)


def _opens_without_risk(setup: ModuleType) -> None:
    project = make_paid_draft()
    Project.objects.filter(pk=project.pk).update(severity=None)
    project.refresh_from_db()
    declare_chain(project)
    fund(project)
    hire(project)
    setup.start_project(project, NOW_MS)


def _selector(number: str) -> str:
    return next(row.selector for row in rows() if row.number == number)


CONTROLS: list[tuple[str, str, str, Act]] = [
    (
        "R19",
        "actions/decisions/record.py::decide [raise service-actor]",
        "PWD-10-5",
        _program_rejects,
    ),
    (
        "R6",
        "actions/decisions/rejections.py::check_rejection [call check_evidence]",
        "C193-f",
        _rejects_without_words,
    ),
    ("R9", _selector("R9"), "PAI-2", _opens_without_pilot),
    ("R35", _selector("R35"), "PWD-3", _pilots_without_chain),
    ("R38", _selector("R38"), "PWD-12", _opens_without_risk),
]


@pytest.mark.parametrize(
    ("selector", "rule", "act"),
    [control[1:] for control in CONTROLS],
    ids=[control[0] for control in CONTROLS],
)
def test_without_its_control_a_rule_turns_red_in_the_same_run(
    tmp_path: Path, selector: str, rule: str, act: Act
) -> None:
    mutant = remove(selector)
    name = f"canut.{mutant.file.removesuffix('.py').replace('/', '.')}"
    real = importlib.import_module(name)
    terms(place="FR")
    evaluate(NOW_MS)
    assert _verdict(rule) != "not_met"
    with pytest.raises(Refusal):
        act(real)

    act(_module(name, mutant.without, tmp_path))
    evaluate(NOW_MS + 10_000)

    assert _verdict(rule) == "not_met"


def test_controls_are_of_requirements_that_hang_under_the_rule_or_its_query() -> None:
    register = shipped_register()

    for number, _selector_of_it, rule, _act in CONTROLS:
        beside = {
            other for query in register.rules[rule].evidence for other in register.by_query[query]
        }
        assert any(number in register.rules[key].requirements for key in beside), number


def _module(name: str, source: str, folder: Path) -> ModuleType:
    """Load a module's text beside the one that is in use."""
    path = folder / "without.py"
    path.write_text(source)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _verdict(rule: str) -> str:
    return RuleVerdict.objects.filter(rule=rule).latest("pk").verdict
