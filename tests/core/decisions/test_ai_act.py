from canut.core.decisions.ai_act import READINGS, AiClass
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.decisions.system_notice import MODEL


def test_every_system_has_its_class_under_the_ai_act_and_the_reason() -> None:
    assert READINGS.keys() == {*SYSTEMS, MODEL}
    assert all(reading.reason.en and reading.reason.fr for reading in READINGS.values())


def test_what_watches_people_at_work_is_treated_as_high_risk() -> None:
    watching = {key for key, each in READINGS.items() if each.ai_class is AiClass.HIGH_RISK}

    assert watching == {"careless", "known"}
