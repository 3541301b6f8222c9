"""Estimate how long a lesson takes, by a simulated reader: words, questions, the text to write.

The estimate checks the announced minutes; time is measured and paid as it was spent, whatever it
says.
"""

from canut.core.lessons.lesson import Item, ItemKind, Lesson

READ_WORDS = 184 / 2
"""Words a minute. Adults read 184 in the mean of 17 languages (Trauzettel-Klosinski and Dietz,
Standardized Assessment of Reading Performance, 2012); a lesson is read twice, to learn from it."""
WRITTEN_WORDS = 19 / 2
"""Words a minute. People who compose write 19 (Karat and others, Patterns of Entry and Correction
in Large Vocabulary Continuous Speech Recognition Systems, 1999); here they think and read over."""
QUESTION_MINUTES = 2.0
MOST_APART = 0.25
"""Share of the announced minutes by which the simulated reader may differ."""
SECONDS = {
    ItemKind.ONE: 30,
    ItemKind.SEVERAL: 45,
    ItemKind.NUMBER: 75,
    ItemKind.FIND: 60,
    ItemKind.FREE: 240,
}
"""Seconds of thought an item takes beyond reading it, by the choice of the authors."""
PAIR_SECONDS = 15
"""For each line of an item that matches or orders."""
SECONDS_A_MINUTE = 60


def simulated_minutes(lesson: Lesson, language: str) -> float:
    """Return the minutes a simulated reader spends in a lesson: reads, answers, writes the case.

    The case has the middle of its lengths. Whoever reads faster or asks nothing takes less.
    """
    reading = sum(screen.words for screen in lesson.screens[language]) / READ_WORDS
    answering = sum(_seconds(item) for item in lesson.items) / SECONDS_A_MINUTE
    writing = (lesson.case.least_words + lesson.case.most_words) / 2 / WRITTEN_WORDS
    return reading + answering + writing + QUESTION_MINUTES


def _seconds(item: Item) -> int:
    """Return the seconds of thought an item takes."""
    if item.kind in {ItemKind.MATCH, ItemKind.ORDER}:
        return PAIR_SECONDS * len(item.left or item.options)
    return SECONDS.get(item.kind, 0)
