from canut.core.kinds import trade_of
from canut.core.kinds.sample import samples
from canut.core.kinds.schema import questions_of
from canut.core.kinds.shared.trades import OF_ROLE, Role
from canut.core.portrait.occupations import CLICK


def test_every_sample_is_the_work_of_an_occupation_of_the_portrait() -> None:
    trades = {(one.kind, one.name): trade_of(questions_of(one.schema["en"])[0])
              for one in samples()}  # fmt: skip

    assert {trade.occupation for trade in trades.values()} <= set(CLICK)
    assert trades["text", "transcription"].occupation == "CAN-TRANSC"
    assert trades["text", "correction"].role == Role.VERIFICATION
    assert trades["boxes", "upright"] == ("CAN-ANNOT", Role.PREPARATION)


def test_question_may_say_that_people_stand_in_for_a_machine() -> None:
    assert trade_of({"kind": "choice", "role": "imitation"}) == ("CAN-IMIT", Role.IMITATION)
    assert trade_of({"kind": "choice", "role": "preparation"}).occupation == "CAN-ANNOT"
    assert {role: trade.role for role, trade in OF_ROLE.items()} == {role: role for role in Role}
