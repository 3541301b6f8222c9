"""``canut rules check``, inside this process: what is not met, in words, and how it ends."""

import pytest

from canut.__main__ import main
from canut.commands.oversight import rules
from canut.store.models import RuleVerdict
from tests.support import rule_cases, rule_rows

ENTRIES = 127


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Stay in this process, on the database of tests, which is of this version."""
    assert db is None
    monkeypatch.setattr(rules, "set_up", lambda _args: None)
    monkeypatch.setattr("canut.store.platform.instance.check_database", lambda: None)


def test_check_counts_at_once_and_prints_what_is_not_met(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rule_cases.terms(place="FR")
    rule_rows.decide(evidence="no")

    ended = main(["rules", "check"])

    said = capsys.readouterr().out
    assert ended == 0
    assert RuleVerdict.objects.count() == ENTRIES
    assert "not_met C193-f (to verify): Suspension or ending" in said
    assert "Q05 falls_short 1 of 1" in said
    assert "not_met PWD-5-1: Where facts show" in said
    assert "Q57 not_built –" in said
    assert "needs_operator" in said
    assert sum(int(part.split()[0]) for part in said.splitlines()[-1].split(", ")) == ENTRIES


def test_strict_check_ends_with_1_where_a_rule_is_not_met(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rule_rows.decide(evidence="no")

    assert main(["rules", "check", "--strict", "--lang", "fr"]) == 1
    assert "Suspendre ou mettre fin exige" in capsys.readouterr().out
