"""Turn a credential into RDF statements, the form in which other programs sign and verify it.

The document is read by the terms of the vocabularies it names, and refused where it uses a term
they do not have: a reader would drop that term, and what is dropped is not signed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from canut.core.errors import BadInput
from canut.core.proofs.credential_terms import (
    ANYWHERE,
    CONTEXTS,
    GRAPH,
    ID,
    PURPOSE,
    PURPOSES,
    RDF_TYPE,
    TEXT,
    TYPES,
    XSD,
    Definition,
)
from canut.core.proofs.rdf_canonical import Blank, Iri, Literal, Node, Quad, Term, canonical_quads

MOST_STATEMENTS = 20_000
_NOT_IN_AN_ADDRESS = set(' <>"{}|^`\\')


def canonical_credential(document: Mapping[str, object]) -> str:
    """Return a credential, or the options of its proof, as canonical N-Quads.

    Raises:
        BadInput: a vocabulary, type, term or value that has no statement here.

    Source:
        W3C JSON-LD 1.1 Processing, section 8 (to RDF), for the terms of ``credential_terms``.
    """
    return canonical_quads(_Reader(_contexts(document)).read(document))


def _contexts(document: Mapping[str, object]) -> list[str]:
    listed = document.get("@context")
    contexts = [listed] if isinstance(listed, str) else listed
    if not isinstance(contexts, Sequence) or not contexts:
        raise BadInput("the document names no @context; expected that of verifiable credentials")
    for each in contexts:
        if each not in CONTEXTS:
            raise BadInput(f"@context {each!a} is not known here; its terms cannot be read")
    return [str(each) for each in contexts]


class _Reader:
    def __init__(self, contexts: list[str]) -> None:
        self.contexts = contexts
        self.blank = 0

    def read(self, document: Mapping[str, object]) -> list[Quad]:
        quads: list[Quad] = []
        for quad in self._node(document, self._subject(document), None):
            quads.append(quad)
            if len(quads) > MOST_STATEMENTS:
                raise BadInput(f"the document makes over {MOST_STATEMENTS} statements")
        return quads

    def _node(
        self, node: Mapping[str, object], subject: Node, graph: Node | None
    ) -> Iterator[Quad]:
        if "@context" in node and not set(_contexts(node)) <= set(self.contexts):
            raise BadInput("a part of the document names another @context than the whole")
        terms: dict[str, Definition] = {}
        for context in self.contexts:
            terms |= ANYWHERE[context]
        for name in _as_list(node.get("type", [])):
            address, own = self._type(name)
            terms |= own
            yield Quad(subject, Iri(RDF_TYPE), Iri(address), graph)
        for term, value in node.items():
            if term in {"@context", "id", "type"}:
                continue
            if term not in terms:
                raise BadInput(f"{term!a} is no term of a {node.get('type', 'part without type')}")
            predicate, kind = terms[term]
            for each in _as_list(value):
                yield from self._statement(
                    Quad(subject, Iri(predicate), Iri(""), graph), each, kind
                )

    def _statement(self, quad: Quad, value: object, kind: str) -> Iterator[Quad]:
        if not isinstance(value, Mapping):
            yield quad._replace(object=_value(value, kind))
            return
        inner = cast("Mapping[str, object]", value)
        subject = self._subject(inner)
        if kind == GRAPH:
            name = self._new_blank()
            yield quad._replace(object=name)
            yield from self._node(inner, subject, name)
        else:
            yield quad._replace(object=subject)
            yield from self._node(inner, subject, quad.graph)

    def _subject(self, node: Mapping[str, object]) -> Node:
        return _address(node["id"]) if "id" in node else self._new_blank()

    def _new_blank(self) -> Blank:
        self.blank += 1
        return Blank(f"n{self.blank}")

    def _type(self, name: object) -> tuple[str, dict[str, Definition]]:
        for context in self.contexts:
            if isinstance(name, str) and name in TYPES[context]:
                return TYPES[context][name]
        raise BadInput(f"{name!a} is no type of the vocabularies that the document names")


def _as_list(value: object) -> Sequence[object]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _address(value: object) -> Iri:
    if not isinstance(value, str) or ":" not in value or _NOT_IN_AN_ADDRESS & set(value):
        raise BadInput(f"{value!a} is no absolute address")
    if min(value) <= " " or value.startswith("_:"):
        raise BadInput(f"{value!a} is no absolute address")
    return Iri(value)


def _value(value: object, kind: str) -> Term:
    if isinstance(value, bool):
        return Literal("true" if value else "false", f"{XSD}boolean" if kind == TEXT else kind)
    if isinstance(value, int) and kind == TEXT:
        return Literal(str(value), f"{XSD}integer")
    if not isinstance(value, str):
        raise BadInput(f"a {type(value).__name__} has no statement; write it as text")
    if kind == ID:
        return _address(value)
    if kind == PURPOSE:
        if value not in PURPOSES:
            raise BadInput(f"{value!a} is no purpose of a proof")
        return Iri(PURPOSES[value])
    return Literal(value) if kind == TEXT else Literal(value, kind)
