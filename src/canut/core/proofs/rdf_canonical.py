"""Write a set of RDF statements in the one form that everybody who signs or verifies it gets.

A statement has a subject, a predicate, an object and a graph. Nodes without a name of their own
(blank nodes) get names from what is said of them, so that two programs agree whatever order they
were read in. Statements that differ from others only by very many blank nodes are refused: naming
them would take longer than any honest document needs.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import permutations
from typing import NamedTuple

from canut.core.errors import BadInput

STRING = "http://www.w3.org/2001/XMLSchema#string"
LARGEST_GROUP = 6  # of blank nodes about which the same is said: 720 orders to try
MOST_CALLS = 4_000
_ESCAPES = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


class Iri(NamedTuple):
    """A name for a thing: an absolute address."""

    value: str


class Blank(NamedTuple):
    """A thing without a name; the label is of this set of statements only."""

    label: str


class Literal(NamedTuple):
    """A value, and the address of its data type."""

    value: str
    datatype: str = STRING


type Node = Iri | Blank
type Term = Iri | Blank | Literal


class Quad(NamedTuple):
    """One statement; without a graph it belongs to the default graph."""

    subject: Node
    predicate: Iri
    object: Term
    graph: Node | None = None


def canonical_quads(quads: Iterable[Quad]) -> str:
    """Return the statements as canonical N-Quads, a line each, sorted.

    Raises:
        BadInput: too many blank nodes are alike.

    Source:
        W3C RDF Dataset Canonicalization 1.0 (RDFC-1.0), section 4.4, with SHA-256.
    """
    statements = list(dict.fromkeys(quads))
    names = _Canonicalizer(statements).names()
    return "".join(sorted(write_quad(quad, names) for quad in statements))


def write_quad(quad: Quad, names: Mapping[str, str]) -> str:
    """Return one line of N-Quads, with blank nodes named as given."""
    parts = [quad.subject, quad.predicate, quad.object, *([quad.graph] if quad.graph else [])]
    return " ".join(_write_term(part, names) for part in parts) + " .\n"


def _write_term(term: Term, names: Mapping[str, str]) -> str:
    if isinstance(term, Iri):
        return f"<{term.value}>"
    if isinstance(term, Blank):
        return f"_:{names[term.label]}"
    kind = "" if term.datatype == STRING else f"^^<{term.datatype}>"
    return f'"{"".join(map(_escape, term.value))}"{kind}'


def _escape(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    return f"\\u{ord(letter):04X}" if letter < " " or letter == "\x7f" else letter


class _Issuer:
    """Names blank nodes in the order they are asked for."""

    def __init__(self, prefix: str, issued: Mapping[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = dict(issued or {})

    def name(self, label: str) -> str:
        return self.issued.setdefault(label, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> "_Issuer":
        return _Issuer(self.prefix, self.issued)


class _Canonicalizer:
    def __init__(self, quads: list[Quad]) -> None:
        self.about: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            for label in dict.fromkeys(_labels(quad)):
                self.about[label].append(quad)
        self.issuer = _Issuer("c14n")
        self.first: dict[str, str] = {}
        self.calls = 0

    def names(self) -> dict[str, str]:
        """Return the canonical name of every blank node."""
        groups: dict[str, list[str]] = defaultdict(list)
        for label in self.about:
            groups[self._first_degree(label)].append(label)
        alike = []
        for digest in sorted(groups):
            if len(groups[digest]) == 1:
                self.issuer.name(groups[digest][0])
            else:
                alike.append(groups[digest])
        for labels in alike:
            results: list[tuple[str, _Issuer]] = []
            for label in labels:
                if label in self.issuer.issued:
                    continue
                issuer = _Issuer("b")
                issuer.name(label)
                results.append(self._n_degree(label, issuer))
            for _, issuer in sorted(results, key=lambda result: result[0]):
                for earlier in issuer.issued:
                    self.issuer.name(earlier)
        return self.issuer.issued

    def _first_degree(self, label: str) -> str:
        if label not in self.first:
            lines = []
            for quad in self.about[label]:
                names = {each: "a" if each == label else "z" for each in _labels(quad)}
                lines.append(write_quad(quad, names))
            self.first[label] = _sha256("".join(sorted(lines)))
        return self.first[label]

    def _related(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        if related in self.issuer.issued:
            name = f"_:{self.issuer.issued[related]}"
        elif related in issuer.issued:
            name = f"_:{issuer.issued[related]}"
        else:
            name = self._first_degree(related)
        predicate = "" if position == "g" else f"<{quad.predicate.value}>"
        return _sha256(f"{position}{predicate}{name}")

    def _n_degree(self, label: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise BadInput("too many parts of the document without an id are alike; give them one")
        groups: dict[str, list[str]] = defaultdict(list)
        for quad in self.about[label]:
            for position, term in (("s", quad.subject), ("o", quad.object), ("g", quad.graph)):
                if isinstance(term, Blank) and term.label != label:
                    groups[self._related(term.label, quad, issuer, position)].append(term.label)
        text = ""
        for digest in sorted(groups):
            text += digest
            path, issuer = self._shortest_path(groups[digest], issuer)
            text += path
        return _sha256(text), issuer

    def _shortest_path(self, related: list[str], issuer: _Issuer) -> tuple[str, _Issuer]:
        if len(related) > LARGEST_GROUP:
            raise BadInput(
                f"{len(related)} parts of the document without an id are alike; at most"
                f" {LARGEST_GROUP} are read, give them an id"
            )
        chosen, chosen_issuer = "", issuer
        for order in permutations(related):
            copy = issuer.copy()
            path = self._path(order, copy, chosen)
            if path is not None and (not chosen or path[0] < chosen):
                chosen, chosen_issuer = path
        return chosen, chosen_issuer

    def _path(
        self, order: tuple[str, ...], issuer: _Issuer, chosen: str
    ) -> tuple[str, _Issuer] | None:
        path, recursion = "", []
        for label in order:
            if label in self.issuer.issued:
                path += f"_:{self.issuer.issued[label]}"
            else:
                if label not in issuer.issued:
                    recursion.append(label)
                path += f"_:{issuer.name(label)}"
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        for label in recursion:
            digest, inner = self._n_degree(label, issuer)
            path += f"_:{issuer.name(label)}<{digest}>"
            issuer = inner
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        return path, issuer


def _labels(quad: Quad) -> list[str]:
    terms = (quad.subject, quad.object, quad.graph)
    return [term.label for term in terms if isinstance(term, Blank)]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
