"""Grades of methods: computed from what the package says, with the reason."""

import pytest

from canut.core.portrait.deposits.grades import (
    GradeReason,
    Method,
    MethodFacts,
    MethodGrade,
    Sampling,
    grade_of,
)


@pytest.mark.parametrize(
    ("facts", "grade", "reason"),
    [
        (
            MethodFacts(Method.SURVEY, Sampling.PROBABILITY, has_frame=True, has_spread=True),
            MethodGrade.A,
            GradeReason.SAMPLE,
        ),
        (
            MethodFacts(Method.SURVEY, Sampling.CENSUS, has_frame=True),
            MethodGrade.A,
            GradeReason.CENSUS,
        ),
        (
            MethodFacts(Method.SURVEY, Sampling.PROBABILITY, has_frame=True),
            MethodGrade.D,
            GradeReason.NO_FRAME,
        ),
        (
            MethodFacts(Method.SURVEY, Sampling.OPEN, has_weights=True, has_questionnaire=True),
            MethodGrade.C,
            GradeReason.WEIGHTED_SURVEY,
        ),
        (
            MethodFacts(Method.SURVEY, Sampling.QUOTA, has_questionnaire=True),
            MethodGrade.D,
            GradeReason.NO_WEIGHTS,
        ),
        (
            MethodFacts(Method.ADMIN, Sampling.CENSUS, is_deduplicated=True),
            MethodGrade.B,
            GradeReason.ADMINISTRATION,
        ),
        (MethodFacts(Method.ADMIN, Sampling.CENSUS), MethodGrade.C, GradeReason.DUPLICATES),
        (
            MethodFacts(Method.PLATFORM, Sampling.CENSUS, is_deduplicated=True),
            MethodGrade.B,
            GradeReason.WHOLE_PLATFORM,
        ),
        (
            MethodFacts(Method.PLATFORM, Sampling.OPEN, is_deduplicated=True),
            MethodGrade.C,
            GradeReason.DUPLICATES,
        ),
        (MethodFacts(Method.AUDIT, Sampling.NONE), MethodGrade.C, GradeReason.AUDIT),
        (
            MethodFacts(Method.MODEL, Sampling.NONE, has_code=True),
            MethodGrade.C,
            GradeReason.MODEL_WITH_CODE,
        ),
        (MethodFacts(Method.MODEL, Sampling.NONE), MethodGrade.D, GradeReason.NO_CODE),
        (MethodFacts(Method.WEB_SCRAPE, Sampling.CENSUS), MethodGrade.D, GradeReason.SCRAPE),
    ],
)
def test_method_has_its_grade(facts: MethodFacts, grade: MethodGrade, reason: GradeReason) -> None:
    assert grade_of(facts) == (grade, reason)
