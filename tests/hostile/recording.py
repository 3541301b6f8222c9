"""Which names a view reads, and which forms a page shows: learnt by watching, so none is listed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import QueryDict
from django.http.request import HttpHeaders
from django.urls import get_resolver
from django.utils.datastructures import CaseInsensitiveMapping, MultiValueDict

from canut.web.kit.json_body import read_json

type Anything = Any
OWN = {"csrfmiddlewaretoken"}


@dataclass
class Reads:
    """What was read: names of fields or parameters, names of files, headers, types of bodies."""

    fields: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    bodies: list[Any] = field(default_factory=list)


@contextmanager
def reads_kept() -> Iterator[Reads]:
    """Watch what is read of requests while the block runs."""
    reads = Reads()
    addresses = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    def note_field(owner: object, key: object) -> None:
        names = reads.fields if isinstance(owner, QueryDict) else reads.files
        if isinstance(key, str) and key not in OWN and key not in addresses:
            names.add(key)

    def note_header(owner: object, key: object) -> None:
        if isinstance(owner, HttpHeaders):
            reads.headers.add(str(key))

    with ExitStack() as stack:
        for name in ("get", "getlist", "__getitem__", "__contains__"):
            stack.enter_context(_watched(MultiValueDict, name, note_field))
        stack.enter_context(_watched(CaseInsensitiveMapping, "__getitem__", note_header))
        stack.enter_context(_bodies_noted(reads))
        yield reads


@contextmanager
def _watched(owner: type, name: str, note: Callable[[object, object], None]) -> Iterator[None]:
    """Note the first argument of each call of a method."""
    before = owner.__dict__.get(name)
    run = getattr(owner, name)

    def watched(self: object, key: object, *more: Anything, **named: Anything) -> Anything:
        note(self, key)
        return run(self, key, *more, **named)

    setattr(owner, name, watched)
    yield
    if before is None:
        delattr(owner, name)
    else:
        setattr(owner, name, before)


@contextmanager
def _bodies_noted(reads: Reads) -> Iterator[None]:
    """Note the type of each body of JSON that a view reads."""
    readers = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("canut.web") and getattr(module, "read_json", None) is read_json
    ]

    def read_and_note(raw: bytes, kind: Anything = Any, **named: str) -> Anything:
        reads.bodies.append(kind)
        return read_json(raw, kind, **named)

    for module in readers:
        vars(module)["read_json"] = read_and_note
    yield
    for module in readers:
        vars(module)["read_json"] = read_json


@dataclass
class Form:
    """A form as a page shows it: where it goes and what a browser would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Reads the forms of a page with the values a browser would send."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._path = path
        self._form: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or note what a field of it holds."""
        named = {name: value or "" for name, value in attrs}
        name, value = named.get("name", ""), named.get("value", "")
        if tag == "form":
            self._form = Form(named.get("action") or self._path, named.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None:
            return
        fields = self._form.fields
        if tag == "input" and name:
            self._note_input(named, name, value)
        elif tag == "button" and name:
            fields.setdefault(name, value)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (value or "selected" in named):
            if "selected" in named or not fields.get(self._select):
                fields[self._select] = value
        elif tag == "textarea" and name:
            self._area = name
            fields[name] = "Texte"

    def _note_input(self, named: dict[str, str], name: str, value: str) -> None:
        if self._form is None:
            return
        fields, kind = self._form.fields, named.get("type", "text")
        if kind in {"radio", "checkbox"}:
            if "checked" in named or (kind == "radio" and name not in fields):
                fields[name] = value or "on"
            else:
                fields.setdefault(name, "")
        elif kind != "file":
            fields[name] = value or guess(name, kind, named.get("min", ""))

    def handle_endtag(self, tag: str) -> None:
        """End a form or a field."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        """Keep the text of an area."""
        if self._area and self._form is not None and data.strip():
            self._form.fields[self._area] = data.strip()


def guess(name: str, kind: str = "text", least: str = "") -> str:
    """Return what may stand in a field of which only the name is there."""
    kinds = {"number": least or "1", "date": "2026-11-20", "time": "10:00"}
    kinds |= {
        "email": "a@example.org",
        "url": "https://example.org/a",
        "datetime-local": "2026-11-20T10:00",
    }
    if kind in kinds:
        return kinds[kind]
    words = {"day": "2026-11-20", "begin": "10:00", "end": "11:00", "currency": "CAD"}
    words |= {"email": "a@example.org", "url": "https://example.org/a", "language": "fr"}
    return words.get(name.rpartition("-")[2], "1")


def forms_of(path: str, html: str) -> list[Form]:
    """List the forms of a page that are posted."""
    parser = _Forms(path)
    parser.feed(html)
    return [form for form in parser.forms if form.method == "post"]
