"""Every address that the application answers, walked from its own table, each filled in.

A new page or operation is one here by itself. What cannot be filled in fails a test.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from canut.web.api.addresses import ENDPOINTS, Endpoint
from canut.web.api.service import make_api
from canut.web.kit.access import Route
from canut.web.urls import PAGES
from tests.hostile.asking import PART, Request
from tests.hostile.bodies import optional_places
from tests.hostile.cases import FORM, Known, as_json
from tests.hostile.ground import Actor, Ground
from tests.hostile.values import encoded
from tests.web.api.test_endpoints import BODIES as API_BODIES
from tests.web.api.test_endpoints import PARTS as API_PARTS
from tests.web.api.test_endpoints import PIECE, a_waiting_import, name_of
from tests.web.test_access import ARGUMENTS, project_of

JSON = "application/json"
V1 = "/api/v1/"
BRACES = re.compile(r"{(?:\w+:)?(\w+)}")
GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()\[\]]|\[[^\]]*\])*\)")
OF_LIBRARIES: dict[str, dict[str, str]] = {
    "account_confirm_email": {"key": "never-made"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "mfa_remove_webauthn": {"pk": "1"},
    "mfa_edit_webauthn": {"pk": "1"},
}
"""Parts of addresses that come from packages, by the name of the address."""
_ROUTES = {page.name: page for page in PAGES}
_DOCUMENT: dict[str, Any] = {}


@dataclass(frozen=True)
class Target:
    """One address.

    Args:
        name: as in the table of addresses, method and address of an operation, or the template.
        template: the address with ``<name>`` in the place of its parts.
        methods: those it answers.
        page: the page of ours it is, if any.
        operation: the operation of the API it is, if any.
    """

    name: str
    template: str
    methods: tuple[str, ...]
    page: Route | None = None
    operation: Endpoint | None = None

    @property
    def is_for_programs(self) -> bool:
        """Return whether every refusal must be a problem."""
        return self.template.startswith("/api/") or bool(self.page and self.page.json)


def all_targets() -> list[Target]:
    """List every address of the application."""
    operations = [
        Target(name_of(each), V1 + BRACES.sub(r"<\1>", each.address), (each.method,), None, each)
        for each in ENDPOINTS
    ]
    described = {target.template for target in operations}
    others = [
        target
        for pattern, prefix in _walk(get_resolver().url_patterns, "/")
        if (target := _target(pattern, prefix)).template not in described
    ]
    return [*others, *operations]


def _walk(patterns: Iterable[Any], prefix: str) -> Iterator[tuple[URLPattern, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield pattern, prefix


def _target(pattern: URLPattern, prefix: str) -> Target:
    text = str(pattern.pattern)
    if isinstance(pattern.pattern, RegexPattern):
        text = GROUP.sub(r"<\1>", text).removeprefix("^").removesuffix("$")
    template = prefix + PART.sub(r"<\1>", text)
    name = str(pattern.name or template)
    page = _ROUTES.get(name)
    return Target(name, template, page.methods if page else ("GET", "POST"), page)


def is_fillable(target: Target) -> bool:
    """Return whether there is a way to fill in every part of an address."""
    names = set(PART.findall(target.template)) - {"project"}
    if target.operation:
        return names <= set(API_PARTS)
    return not names or target.name in (ARGUMENTS if target.page else OF_LIBRARIES)


def parts_of(target: Target, ground: Ground, actor: Actor) -> dict[str, str]:
    """Fill in the parts of an address with what is really there."""
    house = ground.house
    if target.page:
        names = PART.findall(target.template)
        values = ARGUMENTS[target.name](house) if target.name in ARGUMENTS else {}
        if "project" in names:
            values = {**values, "project": project_of(target.page, house).slug}
        return {name: encoded(str(values[name])) for name in names}
    if not target.operation:
        return OF_LIBRARIES.get(target.name, {})
    parts = {}
    bot = actor.program
    for name in PART.findall(target.template):
        if name == "project":
            parts[name] = house.project.slug
        elif bot is not None:
            is_import = name == "number" and "/imports/" in target.template
            parts[name] = str((a_waiting_import if is_import else API_PARTS[name])(house, bot))
    return parts


def base_of_operation(target: Target, ground: Ground, actor: Actor) -> Known:
    """Make a valid request of an operation, and say what else it may be sent."""
    operation = target.operation
    assert operation
    assert actor.program
    described = _described(target)
    parameters = [each for each in described.get("parameters", []) if each["in"] == "query"]
    kind = operation.takes[0] if operation.takes else ""
    base = Request(operation.method, target.template, parts_of(target, ground, actor), kind=kind)
    known = Known(base, query={each["name"] for each in parameters})
    if "uploads" in target.template and operation.method == "PATCH":
        known.base = base.with_query("offset", "0")
    make = API_BODIES.get(name_of(operation))
    if make:
        known.body = make(ground.house, actor.program)
        known.base = known.base.with_body(as_json(known.body), JSON)
        content = described.get("requestBody", {}).get("content", {})
        schemas = [each["schema"] for each in content.values() if "schema" in each]
        schema: dict[str, Any] = schemas[0] if schemas else {}
        known.optional = list(optional_places(schema, _components(), known.body))
    elif operation.takes:
        known.base = known.base.with_body(PIECE, kind)
    return known


def base_of_page(target: Target, method: str, parts: dict[str, str]) -> Request:
    """Make a request of a page, with nothing in its form."""
    kind = ""
    if method == "POST":
        kind = JSON if target.page and target.page.json else FORM
    body = b"{}" if kind == JSON else b""
    return Request(method, target.template, parts, body=body, kind=kind)


def _document() -> dict[str, Any]:
    if not _DOCUMENT:
        _DOCUMENT.update(make_api().get_openapi_schema())
    return _DOCUMENT


def _components() -> dict[str, Any]:
    return dict(_document().get("components", {}).get("schemas", {}))


def _described(target: Target) -> dict[str, Any]:
    path = PART.sub(r"{\1}", target.template)
    method = target.methods[0].lower()
    return dict(_document()["paths"][path][method])
