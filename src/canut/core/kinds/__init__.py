"""Kinds of question: what is asked, which answers are allowed, how answers differ and merge.

``register`` lists the kinds; ``schema`` checks the questions about each task; ``values`` checks the
answers, ``bounds`` that they fit the task, and ``conditions`` which questions apply;
``question_file`` reads the file of a requester.
"""

from canut.core.kinds.bounds import check_within, has_places
from canut.core.kinds.register import (
    IN_PICTURES,
    KINDS,
    MARKING,
    Kind,
    Question,
    Schema,
    kind_of,
    trade_of,
)
from canut.core.kinds.schema import (
    LONGEST_ASK,
    cells_of,
    check_schema,
    choices_of,
    is_plain_choice,
    is_survey,
    marked_column,
    marked_columns,
    questions_of,
)
from canut.core.kinds.values import (
    Comparison,
    check_values,
    compare_values,
    distance_values,
    label_of_values,
    labels_of_values,
    merge_values,
    region_answers,
    value_of_label,
    values_of_label,
)

__all__ = [
    "IN_PICTURES",
    "KINDS",
    "LONGEST_ASK",
    "MARKING",
    "Comparison",
    "Kind",
    "Question",
    "Schema",
    "cells_of",
    "check_schema",
    "check_values",
    "check_within",
    "choices_of",
    "compare_values",
    "distance_values",
    "has_places",
    "is_plain_choice",
    "is_survey",
    "kind_of",
    "label_of_values",
    "labels_of_values",
    "marked_column",
    "marked_columns",
    "merge_values",
    "questions_of",
    "region_answers",
    "trade_of",
    "value_of_label",
    "values_of_label",
]
