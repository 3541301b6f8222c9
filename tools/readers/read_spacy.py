"""Read Canut's spans with spaCy: its converters and examples; write its training form with it."""

import json
import sys
from pathlib import Path

import spacy
from spacy.tokens import DocBin
from spacy.training import Example, docs_to_json
from spacy.training.converters import conll_ner_to_docs, json_to_docs

OURS, THEIRS = Path(sys.argv[1]), Path(sys.argv[2])
SAID = json.loads((OURS / "expected.json").read_text())
WANTED = [(SAID["text"][e["start"] : e["end"]], e["label"]) for e in SAID["spans"]]


def same(what: str, actual: object, expected: object) -> None:
    if actual != expected:
        sys.exit(f"spaCy sees {actual} in {what} where {expected} was said")


def entities(docs: list) -> list:
    return [(entity.text, entity.label_) for doc in docs for entity in doc.ents]


converted = list(json_to_docs((OURS / "spans.spacy.json").read_bytes()))
same("the training form", entities(converted), WANTED)
same("the training form", converted[0].text, SAID["text"])
packed = DocBin(docs=converted).to_bytes()
vocabulary = spacy.blank("xx").vocab
same(".spacy", entities(list(DocBin().from_bytes(packed).get_docs(vocabulary))), WANTED)
same("CoNLL", entities(list(conll_ner_to_docs((OURS / "spans.conll").read_text()))), WANTED)

blank = spacy.blank("xx")
lines = [json.loads(line) for line in (OURS / "spans.jsonl").read_text().splitlines()]
first, second = [Example.from_dict(blank.make_doc(text), said) for text, said in lines]
same("JSONL", entities([first.reference]), WANTED)
places = [
    (e["start"], e["end"], e["label"]) for e in [*SAID["spans"], {**SAID["spans"][0], "end": 7}]
]
group = [(e.start_char, e.end_char, e.label_) for e in second.reference.spans["sc"]]
same("the span group", sorted(group), sorted(places))

written = docs_to_json(converted, doc_id=0)
(THEIRS / "spans.spacy.json").write_text(json.dumps([written], ensure_ascii=False))
