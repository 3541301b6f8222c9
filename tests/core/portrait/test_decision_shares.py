"""Who decided, what it took, and that no second of it is lost."""

from fractions import Fraction

import numpy as np
import pytest

from canut.core.errors import BadInput
from canut.core.portrait import decision_shares
from canut.core.portrait.decision_roles import Actor, DecisionOutcome, Did
from canut.core.portrait.decision_shares import DecisionAct, DecisionTrail, Labels, SourceWeight

HOUR = 3_600_000
MODEL = DecisionAct(Did.LABEL, Actor.MODEL, 0, "v1")
SHOWN = DecisionAct(Did.PRELABEL, Actor.MODEL, 0, "v1")
LOOKED = DecisionAct(Did.VERIFY, Actor.HUMAN, 5_000)
ANSWERED = DecisionAct(Did.LABEL, Actor.HUMAN, 9_000)


@pytest.mark.parametrize(
    ("acts", "kept", "outcome"),
    [
        ((MODEL,), True, DecisionOutcome.UNTOUCHED),
        ((DecisionAct(Did.TRAIN, Actor.HUMAN, 1), MODEL), True, DecisionOutcome.UNTOUCHED),
        ((MODEL, LOOKED), True, DecisionOutcome.AUDITED),
        ((SHOWN, ANSWERED), True, DecisionOutcome.ACCEPTED),
        ((SHOWN, ANSWERED), False, DecisionOutcome.CORRECTED),
        (
            (MODEL, LOOKED, DecisionAct(Did.CORRECT, Actor.HUMAN, 4_000)),
            False,
            DecisionOutcome.CORRECTED,
        ),
        ((ANSWERED, ANSWERED), False, DecisionOutcome.HUMAN),
        ((MODEL, DecisionAct(Did.IMPERSONATE, Actor.HUMAN, 9_000)), True, DecisionOutcome.HUMAN),
        ((MODEL, DecisionAct(Did.VERIFY, Actor.SIMULATED, 1)), True, DecisionOutcome.AUDITED),
    ],
)
def test_who_decided_is_read_from_what_was_done(
    acts: tuple[DecisionAct, ...], *, kept: bool, outcome: DecisionOutcome
) -> None:
    assert decision_shares.outcome_of(DecisionTrail(acts, kept)) is outcome


def test_seventy_per_cent_by_machine_is_fifty_eight_untouched() -> None:
    counts = {
        DecisionOutcome.UNTOUCHED: 580,
        DecisionOutcome.AUDITED: 120,
        DecisionOutcome.HUMAN: 300,
    }

    found = decision_shares.shares_of(counts)

    assert found.by_machine.value == pytest.approx(0.70)
    assert found.untouched.value == pytest.approx(0.58)
    assert found.touched.value == pytest.approx(0.42)
    assert found.untouched.low < 0.58 < found.untouched.high
    assert not found.is_simulated


@pytest.mark.parametrize(
    "act",
    [
        DecisionAct(Did.LABEL, Actor.MODEL),
        DecisionAct(Did.LABEL, Actor.HUMAN, 1, "v1"),
        ANSWERED._replace(ms=-1),
    ],
)
def test_an_act_nobody_could_trace_is_refused(act: DecisionAct) -> None:
    with pytest.raises(BadInput, match="has its version"):
        DecisionTrail((act,))


def test_no_decision_at_all_has_no_shares() -> None:
    with pytest.raises(BadInput, match="not a share"):
        decision_shares.shares_of({})


def test_anchoring_is_what_showing_a_label_changes() -> None:
    found = decision_shares.acceptance(n_kept=900, n_shown=1000, n_same=80, n_unseen=100)

    assert found.anchoring.value == pytest.approx(0.10)
    assert 0 < found.anchoring.low < found.anchoring.high


def test_evidence_is_shared_out_as_in_the_worked_example() -> None:
    said = [
        SourceWeight("machine", 0.8, agrees=True),
        *[SourceWeight("human", 0.9, agrees=True)] * 2,
    ]

    found = decision_shares.evidence(said)

    assert found.of["machine"] == pytest.approx(0.2398, abs=5e-5)
    assert found.of["human"] == pytest.approx(0.7602, abs=5e-5)
    assert found.posterior == pytest.approx(0.9969231, abs=5e-8)


def test_who_disagreed_brought_no_evidence() -> None:
    found = decision_shares.evidence(
        [SourceWeight("machine", 0.8, agrees=False), SourceWeight("human", 0.9, agrees=True)]
    )

    assert found.of == {"machine": 0, "human": 1}
    assert found.posterior == pytest.approx(9 / 13)


@pytest.mark.parametrize(
    "said", [[SourceWeight("one", 1.0, agrees=True)], [SourceWeight("one", 0.8, agrees=False)], []]
)
def test_evidence_that_nobody_gave_is_refused(said: list[SourceWeight]) -> None:
    with pytest.raises(BadInput):
        decision_shares.evidence(said)


def test_every_second_of_labels_is_charged_to_a_decision() -> None:
    labels = [
        Labels("A", 40 * HOUR, frozenset({"v1", "v2"})),
        Labels("B", 10 * HOUR, frozenset({"v2"})),
    ]
    decisions = {"v1": 3000, "v2": 7000}

    found = decision_shares.embodied(labels, decisions)

    assert float(found.seconds["v1"]) == pytest.approx(14.4, abs=1e-9)
    assert float(found.seconds["v2"]) == pytest.approx(19.542857, abs=5e-7)
    assert sum(n * found.seconds[v] for v, n in decisions.items()) == 180_000
    assert found.uncharged == 0


def test_labels_no_decision_bears_yet_are_told() -> None:
    found = decision_shares.embodied([Labels("A", HOUR, frozenset({"v1"}))], {"v1": 0})

    assert found.uncharged == 3600


@pytest.mark.parametrize(
    ("labels", "decisions"),
    [
        (Labels("A", 1, frozenset({"v9"})), {"v1": 1}),
        (Labels("A", -1, frozenset({"v1"})), {"v1": 1}),
        (Labels("A", 1, frozenset({"v1"})), {"v1": -1}),
    ],
)
def test_labels_that_fit_no_model_are_refused(labels: Labels, decisions: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        decision_shares.embodied([labels], decisions)


def test_upkeep_is_told_by_automated_decision() -> None:
    assert decision_shares.marginal(2 * HOUR, 700) == Fraction(7200, 700)
    assert decision_shares.marginal(2 * HOUR, 0) is None


def test_hours_created_and_displaced_stand_side_by_side_with_no_net_figure() -> None:
    made = {"label": [HOUR, 2 * HOUR, 3 * HOUR], "maintain": []}

    found = decision_shares.created_and_displaced(
        made,
        [decision_shares.TaskTimes([8_000, 9_000, 10_000], 400)],
        np.random.default_rng(0),
    )

    assert found._fields == ("created", "displaced")
    assert found.created == {"label": pytest.approx(6), "maintain": 0}
    assert found.displaced is not None
    assert found.displaced.value == pytest.approx(1)
    assert found.displaced.low <= 1 <= found.displaced.high


def test_hours_displaced_need_the_time_somebody_took() -> None:
    with pytest.raises(BadInput, match="cannot be told"):
        decision_shares.created_and_displaced(
            {}, [decision_shares.TaskTimes([], 5)], np.random.default_rng(0)
        )


def test_hours_displaced_multiply_the_mean_time_and_not_the_median() -> None:
    times = np.random.default_rng(5).lognormal(np.log(10_000), 0.9, 400).astype(int).tolist()

    found = decision_shares.created_and_displaced(
        {}, [decision_shares.TaskTimes(times, 360)], np.random.default_rng(0)
    )

    assert found.displaced is not None
    assert found.displaced.value == pytest.approx(sum(times) / len(times) * 360 / HOUR)
    assert found.displaced.value > 1.25 * float(np.median(times)) * 360 / HOUR


def test_machines_that_take_the_easy_tasks_displace_the_time_of_easy_tasks() -> None:
    easy = decision_shares.TaskTimes([2_000] * 20, 900)
    hard = decision_shares.TaskTimes([30_000] * 20, 0)

    found = decision_shares.created_and_displaced({}, [easy, hard], np.random.default_rng(0))

    assert found.displaced is not None
    assert found.displaced.value == pytest.approx(0.5)


def test_certainty_with_few_times_of_people_takes_the_mean_of_all() -> None:
    few = decision_shares.TaskTimes([2_000] * 3, 360)
    many = decision_shares.TaskTimes([12_000] * 27, 0)

    found = decision_shares.created_and_displaced({}, [few, many], np.random.default_rng(0))

    assert found.displaced is not None
    assert found.displaced.value == pytest.approx(1.1)


def test_decisions_of_one_model_are_one_cluster() -> None:
    counts = {DecisionOutcome.HUMAN: 300, DecisionOutcome.UNTOUCHED: 700}

    alone = decision_shares.shares_of(counts)
    clustered = decision_shares.shares_of(counts, by_model=[400, 300])

    assert decision_shares.effective_decisions(counts, [400, 300]) == pytest.approx(4, abs=0.01)
    assert alone.untouched.value == clustered.untouched.value == 0.7
    assert alone.untouched.high - alone.untouched.low < 0.06
    assert clustered.untouched.high - clustered.untouched.low > 0.6
