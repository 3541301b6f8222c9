import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.proofs.rdf_canonical import (
    LARGEST_GROUP,
    Blank,
    Iri,
    Literal,
    Node,
    Quad,
    Term,
    canonical_quads,
)
from tests.core.proofs.vectors import file

LINE = re.compile(r'<[^>]*>|_:\w+|"(?:[^"\\]|\\.)*"(?:\^\^<[^>]*>)?')
ABOUT = Iri("urn:about")
EXAMPLES = [
    ("vc-di-eddsa", "eddsa-rdfc-2022", "canonDocDataInt.txt"),
    ("vc-di-eddsa", "eddsa-rdfc-2022", "employ", "canonDocDataInt.txt"),
    ("ob3", "test-vectors", "obv3p0", "document-canon.txt"),
    ("ob3", "test-vectors", "clrv2p0", "document-canon.txt"),
]


def parsed(text: str, label: str = "") -> list[Quad]:
    """Read canonical N-Quads; the label goes before the names of blank nodes."""
    quads = []
    for line in text.splitlines():
        if line.strip():
            subject, predicate, value, *graph = (term(each, label) for each in LINE.findall(line))
            assert isinstance(predicate, Iri)
            assert not isinstance(subject, Literal)
            named = graph[0] if graph else None
            assert not isinstance(named, Literal)
            quads.append(Quad(subject, predicate, value, named))
    return quads


def term(text: str, label: str) -> Term:
    if text.startswith("<"):
        return Iri(text[1:-1])
    if text.startswith("_:"):
        return Blank(label + text[2:])
    value, _mark, datatype = text.rpartition('"')
    plain = value[1:].replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
    return Literal(plain, datatype[3:-1]) if datatype else Literal(plain)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "-".join(path[-2:]))
def test_published_forms_are_made_again_whatever_the_order_and_names(path: tuple[str, ...]) -> None:
    published = file(*path).decode().rstrip("\n") + "\n"
    quads = parsed(published, "other")

    assert canonical_quads(reversed(quads)) == published


@settings(deadline=None, max_examples=60)
@given(st.randoms(use_true_random=False), st.integers(2, 6), st.integers(1, 9))
def test_names_and_order_of_what_was_read_never_show(
    random: Random, nodes: int, links: int
) -> None:
    labels = [f"n{number}" for number in range(nodes)]
    quads = [
        Quad(Blank(random.choice(labels)), ABOUT, Blank(random.choice(labels)))
        for _ in range(links)
    ]
    renamed = dict(zip(labels, random.sample(labels, nodes), strict=True))

    def other(node: Term) -> Node:
        assert isinstance(node, Blank)
        return Blank(f"x{renamed[node.label]}")

    changed = [Quad(other(q.subject), q.predicate, other(q.object)) for q in quads]
    random.shuffle(changed)

    assert canonical_quads(changed) == canonical_quads(quads)


def test_texts_are_escaped_as_the_form_asks() -> None:
    quad = Quad(ABOUT, ABOUT, Literal('a "b"\n\t\\ é\x7f'))

    assert canonical_quads([quad]) == '<urn:about> <urn:about> "a \\"b\\"\\n\\t\\\\ é\\u007F" .\n'


def test_too_many_parts_that_are_alike_are_refused() -> None:
    blanks = [Blank(f"n{number}") for number in range(2 * LARGEST_GROUP + 4)]
    ring = [Quad(one, ABOUT, other) for one in blanks for other in blanks if one != other]

    with pytest.raises(BadInput, match="alike"):
        canonical_quads(ring)
