"""Write the running label of one task from its counted answers, in the answer's transaction.

The exact labels, over all tasks and workers together, are fitted in ``estimates``.
"""

import json
from collections.abc import Sequence

from canut.core.kinds import Schema, choice, questions_of
from canut.core.quality.running import running_consensus, running_selection


def running_label(schema: Schema, votes: Sequence[tuple[str, float | None]]) -> tuple[str, float]:
    """Return the most probable label of a task and its probability.

    Answers to an older version of the question may hold choices that are gone; they still vote.

    Args:
        schema: the question as it was last answered.
        votes: the values of each counted answer, as JSON, and the accuracy of who gave it.
    """
    question = questions_of(schema)[0]
    name = str(question["id"])
    given = [(json.loads(values).get(name), accuracy) for values, accuracy in votes]
    places = {value: place for place, value in enumerate(choice.values_of(question))}
    if not choice.is_multiple(question):
        singles = [
            (places.setdefault(_one(value), len(places)), accuracy) for value, accuracy in given
        ]
        label, confidence = running_consensus(len(places), singles)
        return list(places)[label], confidence
    several = [
        ([places.setdefault(each, len(places)) for each in _many(value)], accuracy)
        for value, accuracy in given
    ]
    selected, confidence = running_selection(len(places), several)
    chosen = [list(places)[place] for place in selected]
    return json.dumps(chosen, ensure_ascii=False, separators=(",", ":")), confidence


def _one(value: object) -> str:
    """Read the value of a single choice; an older version may have asked for several."""
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    )


def _many(value: object) -> list[str]:
    """Read the values of several choices; an older version may have asked for one."""
    return [str(each) for each in value] if isinstance(value, list) else [_one(value)]
