"""Grade how a deposit was counted, A to D; grades are printed and never averaged.

A probability sample or a census with a published frame and its spread is A. A count by an
administration or of a whole platform is B if nobody is in it twice. A quota or open survey with
weights and a questionnaire is C, and so is a count with duplicates. The others are D:
figures taken from pages, registrations, press, models without code.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Method(StrEnum):
    """How the figures were counted."""

    SURVEY = "survey"
    ADMIN = "admin"
    PLATFORM = "platform"
    WEB_SCRAPE = "web_scrape"
    MODEL = "model"
    AUDIT = "audit"


class Sampling(StrEnum):
    """Who was asked, or counted."""

    PROBABILITY = "probability"
    QUOTA = "quota"
    OPEN = "open"
    CENSUS = "census"
    NONE = "none"


class DepositGrade(StrEnum):
    """How much a method can carry; A is the most."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class GradeReason(StrEnum):
    """Why a deposit has its grade, as its page says."""

    SAMPLE = "sample"
    CENSUS = "census"
    ADMINISTRATION = "administration"
    WHOLE_PLATFORM = "whole_platform"
    WEIGHTED_SURVEY = "weighted_survey"
    DUPLICATES = "duplicates"
    AUDIT = "audit"
    MODEL_WITH_CODE = "model_with_code"
    NO_FRAME = "no_frame"
    NO_WEIGHTS = "no_weights"
    SCRAPE = "scrape"
    NO_CODE = "no_code"


class MethodFacts(NamedTuple):
    """What a grade depends on.

    Args:
        has_frame: whether the list people were drawn from is published.
        has_spread: whether every figure has an interval or a sign of quality.
        is_deduplicated: whether nobody is counted twice.
        has_code: whether the code of a model is published.
    """

    method: Method
    sampling: Sampling
    has_frame: bool = False
    has_spread: bool = False
    has_weights: bool = False
    has_questionnaire: bool = False
    is_deduplicated: bool = False
    has_code: bool = False


type Graded = tuple[DepositGrade, GradeReason]

OTHER_METHODS: Mapping[Method, tuple[Graded, Graded]] = {
    Method.ADMIN: (
        (DepositGrade.B, GradeReason.ADMINISTRATION),
        (DepositGrade.C, GradeReason.DUPLICATES),
    ),
    Method.PLATFORM: (
        (DepositGrade.B, GradeReason.WHOLE_PLATFORM),
        (DepositGrade.C, GradeReason.DUPLICATES),
    ),
    Method.AUDIT: ((DepositGrade.C, GradeReason.AUDIT), (DepositGrade.C, GradeReason.AUDIT)),
    Method.MODEL: (
        (DepositGrade.C, GradeReason.MODEL_WITH_CODE),
        (DepositGrade.D, GradeReason.NO_CODE),
    ),
    Method.WEB_SCRAPE: ((DepositGrade.D, GradeReason.SCRAPE), (DepositGrade.D, GradeReason.SCRAPE)),
}
"""The grade of a method that passes its test, and of one that does not."""


def grade_of(facts: MethodFacts) -> Graded:
    """Return the grade of a method, and the reason.

    Example:
        >>> grade_of(MethodFacts(Method.WEB_SCRAPE, Sampling.CENSUS))
        (<DepositGrade.D: 'D'>, <GradeReason.SCRAPE: 'scrape'>)
    """
    if facts.method is Method.SURVEY:
        return _grade_of_survey(facts)
    is_whole = facts.sampling is Sampling.CENSUS
    tests = {
        Method.ADMIN: facts.is_deduplicated,
        Method.PLATFORM: facts.is_deduplicated and is_whole,
        Method.AUDIT: True,
        Method.MODEL: facts.has_code,
        Method.WEB_SCRAPE: False,
    }
    passes, fails = OTHER_METHODS[facts.method]
    return passes if tests[facts.method] else fails


def _grade_of_survey(facts: MethodFacts) -> Graded:
    has_all = facts.has_frame and facts.has_spread
    if facts.sampling is Sampling.PROBABILITY and has_all:
        return DepositGrade.A, GradeReason.SAMPLE
    if facts.sampling is Sampling.CENSUS and facts.has_frame:
        return DepositGrade.A, GradeReason.CENSUS
    if facts.has_weights and facts.has_questionnaire:
        return DepositGrade.C, GradeReason.WEIGHTED_SURVEY
    if facts.sampling in {Sampling.PROBABILITY, Sampling.CENSUS}:
        return DepositGrade.D, GradeReason.NO_FRAME
    return DepositGrade.D, GradeReason.NO_WEIGHTS
