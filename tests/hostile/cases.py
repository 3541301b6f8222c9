"""Every hostile case of one address: each part, parameter, field, member, header and cookie."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from tests.hostile.asking import Request
from tests.hostile.bodies import Place, member_twice, places_of, with_member
from tests.hostile.values import (
    BODIES,
    COOKIES,
    FILES,
    HEADERS,
    IN_ADDRESS,
    IN_FORM,
    IN_HEADER,
    IN_JSON,
    KINDS,
    METHODS,
    encoded,
)

FORM = "application/x-www-form-urlencoded"
UNKNOWN = "inconnu"
type Make = Callable[[], Request]


class Case(NamedTuple):
    """One hostile request: where in it the value stands, which one, and how to write it."""

    point: str
    value: str
    make: Make


@dataclass
class Known:
    """What is known of one address with one method.

    Args:
        base: a request that is as valid as could be made.
        query: names of parameters.
        fields: of the form, with valid values.
        files: names of files that are read.
        body: a valid body of JSON, if it takes one.
        optional: members that it leaves out.
        headers: read by this view and not by every one.
    """

    base: Request
    query: set[str] = field(default_factory=set)
    fields: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    body: Any = None
    optional: list[Place] = field(default_factory=list)
    headers: set[str] = field(default_factory=set)

    def is_form(self) -> bool:
        """Return whether the body is a form."""
        return self.base.method == "POST" and self.body is None and self.base.kind in {FORM, ""}


def form_bytes(fields: Mapping[str, str]) -> bytes:
    """Write fields as a browser does."""
    return "&".join(f"{encoded(name)}={encoded(text)}" for name, text in fields.items()).encode()


def all_cases(known: Known) -> list[Case]:
    """List every case of an address, in a fixed order."""
    return [
        *_in_address(known),
        *_in_form(known),
        *_in_files(known),
        *_in_json(known),
        *_in_bodies(known),
        *_in_headers(known),
        *_in_methods(known),
    ]


def _in_address(known: Known) -> Iterator[Case]:
    base = known.base
    for name in sorted(base.parts):
        for value, text in IN_ADDRESS.items():
            yield Case(f"part {name}", value, partial(base.with_part, name, text))
    for name in [*sorted(known.query), UNKNOWN]:
        for value, text in IN_ADDRESS.items():
            yield Case(f"query {name}", value, partial(base.with_query, name, text))
        yield Case(f"query {name}", "missing", partial(base.with_query, name))
        yield Case(f"query {name}", "twice", partial(base.with_query, name, "1", "%C2%B2"))
        yield Case(f"query {name}[]", "nul", partial(base.with_query, f"{name}[]", "%00"))


def _in_form(known: Known) -> Iterator[Case]:
    if not known.is_form():
        return
    for name in [*sorted(known.fields), UNKNOWN]:
        others = {n: text for n, text in known.fields.items() if n != name}
        stem = form_bytes(others)
        for value, text in IN_FORM.items():
            yield _form_case(known, name, value, stem + f"&{encoded(name)}={text}".encode())
        yield _form_case(known, name, "missing", stem)
        both = f"&{encoded(name)}=1&{encoded(name)}=%C2%B2".encode()
        yield _form_case(known, name, "twice", form_bytes(known.fields) + both)


def _form_case(known: Known, name: str, value: str, body: bytes) -> Case:
    return Case(f"field {name}", value, partial(known.base.with_body, body, FORM))


def _in_files(known: Known) -> Iterator[Case]:
    for name in sorted(known.files):
        for value, (file, content) in FILES.items():
            body = _multipart(known.fields, name, file, content)
            kind = KINDS["multipart"]
            yield Case(f"file {name}", value, partial(known.base.with_body, body, kind))


def _multipart(fields: Mapping[str, str], name: str, file: str, content: bytes) -> bytes:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{text}\r\n'.encode()
        for n, text in fields.items()
        if n != name
    ]
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
    return b"".join([*parts, head.encode("utf-8", "surrogatepass"), content, b"\r\n--b--\r\n"])


def _in_json(known: Known) -> Iterator[Case]:
    if not known.body:
        return
    for place in [*places_of(known.body), *known.optional]:
        point = "member " + "/".join(map(str, place))
        for value, raw in IN_JSON.items():
            yield _json_case(known, point, value, partial(with_member, known.body, place, raw))
        if place not in known.optional:
            missing = partial(with_member, known.body, place, None)
            yield _json_case(known, point, "missing", missing)
    if isinstance(known.body, dict):
        for name in known.body:
            twice = partial(member_twice, known.body, name)
            yield _json_case(known, f"member {name}", "twice", twice)
        for value in ("deep-list", "deep-object", "null", "megabyte"):
            more = partial(with_member, known.body, (UNKNOWN,), IN_JSON[value])
            yield _json_case(known, f"member {UNKNOWN}", value, more)


def _json_case(known: Known, point: str, value: str, write: Callable[[], bytes]) -> Case:
    return Case(point, value, lambda: known.base.with_body(write(), known.base.kind))


def _in_bodies(known: Known) -> Iterator[Case]:
    if known.base.method in {"GET", "HEAD", "DELETE"}:
        return
    for value, body in BODIES.items():
        yield Case("body", value, partial(known.base.with_body, body, known.base.kind))
    for kind, text in KINDS.items():
        yield Case("kind", kind, partial(known.base.with_body, known.base.body, text))
        for value in ("form", "multipart-open", "multipart-file", "no-utf8"):
            odd = partial(known.base.with_body, BODIES[value], text)
            yield Case(f"kind {kind}", value, odd)


def _in_headers(known: Known) -> Iterator[Case]:
    base = known.base
    for name in [*HEADERS, *sorted(known.headers - set(HEADERS))]:
        for value, text in IN_HEADER.items():
            yield Case(f"header {name}", value, partial(base.with_header, name, text))
    for name in COOKIES:
        for value, text in IN_HEADER.items():
            yield Case(f"cookie {name}", value, partial(base.with_cookie, name, text))


def _in_methods(known: Known) -> Iterator[Case]:
    for method in METHODS:
        yield Case("method", method, partial(replace, known.base, method=method))


def as_json(body: object) -> bytes:
    """Write a body of JSON."""
    return json.dumps(body).encode()
