"""A figure does not break across lines: no sentence stands in one, which a phone would cut off."""

import re

from tests.house.tree import ROOT, TEMPLATES, at, files

SENTENCE = re.compile(r'class="fig(?: [^"]*)?">\s*{% msg ')


def test_no_sentence_stands_where_a_figure_does() -> None:
    pages = files(".html", under=f"{TEMPLATES.relative_to(ROOT)}")
    lines = [
        (at(page, number), line)
        for page in pages
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        if 'class="fig' in line
    ]
    assert len(lines) > 10

    assert [where for where, line in lines if SENTENCE.search(line)] == []
