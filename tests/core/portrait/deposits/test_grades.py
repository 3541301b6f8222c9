"""Grades of methods: computed from what the package says, with the reason."""

import pytest

from canut.core.portrait.deposits.grades import (
    DepositGrade,
    GradeReason,
    Method,
    MethodFacts,
    Sampling,
    grade_of,
)


@pytest.mark.parametrize(
    ("facts", "grade", "reason"),
    [
        (
            MethodFacts(Method.SURVEY, Sampling.PROBABILITY, has_frame=True, has_spread=True),
            DepositGrade.A,
            GradeReason.SAMPLE,
        ),
        (
            MethodFacts(Method.SURVEY, Sampling.CENSUS, has_frame=True),
            DepositGrade.A,
            GradeReason.CENSUS,
        ),
        (
            MethodFacts(Method.SURVEY, Sampling.PROBABILITY, has_frame=True),
            DepositGrade.D,
            GradeReason.NO_FRAME,
        ),
        (
            MethodFacts(Method.SURVEY, Sampling.OPEN, has_weights=True, has_questionnaire=True),
            DepositGrade.C,
            GradeReason.WEIGHTED_SURVEY,
        ),
        (
            MethodFacts(Method.SURVEY, Sampling.QUOTA, has_questionnaire=True),
            DepositGrade.D,
            GradeReason.NO_WEIGHTS,
        ),
        (
            MethodFacts(Method.ADMIN, Sampling.CENSUS, is_deduplicated=True),
            DepositGrade.B,
            GradeReason.ADMINISTRATION,
        ),
        (MethodFacts(Method.ADMIN, Sampling.CENSUS), DepositGrade.C, GradeReason.DUPLICATES),
        (
            MethodFacts(Method.PLATFORM, Sampling.CENSUS, is_deduplicated=True),
            DepositGrade.B,
            GradeReason.WHOLE_PLATFORM,
        ),
        (
            MethodFacts(Method.PLATFORM, Sampling.OPEN, is_deduplicated=True),
            DepositGrade.C,
            GradeReason.DUPLICATES,
        ),
        (MethodFacts(Method.AUDIT, Sampling.NONE), DepositGrade.C, GradeReason.AUDIT),
        (
            MethodFacts(Method.MODEL, Sampling.NONE, has_code=True),
            DepositGrade.C,
            GradeReason.MODEL_WITH_CODE,
        ),
        (MethodFacts(Method.MODEL, Sampling.NONE), DepositGrade.D, GradeReason.NO_CODE),
        (MethodFacts(Method.WEB_SCRAPE, Sampling.CENSUS), DepositGrade.D, GradeReason.SCRAPE),
    ],
)
def test_method_has_its_grade(facts: MethodFacts, grade: DepositGrade, reason: GradeReason) -> None:
    assert grade_of(facts) == (grade, reason)
