"""Write the OpenAPI 3.1 file: what Ninja generates, completed with what it cannot know.

That is: which refusals every operation may answer and as what, bodies that are streams, headers.
"""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from canut.web.api.addresses import ENDPOINTS, Endpoint
from canut.web.kit.api.gate import BYTES, JSON, NDJSON
from canut.web.kit.api.problems import PROBLEM
from canut.web.kit.api.schemas import ProblemOut

type Document = dict[str, Any]
REFUSALS = {
    401: "No key, or one that has ended: `key-needed`, `key-unknown`, `key-over`.",
    402: "Money must be there first: `funds-short`.",
    403: "The key's role does not do this: `key-role`; or only a person may: `service-actor`.",
    404: "There is no such thing, or this key does not reach it: `missing`.",
    405: "The address is not used that way: `wrong-method`.",
    409: "True a moment ago, no longer, such as `lease-gone`, `upload-offset`.",
    413: "More than is taken at once: `body-too-large`, `upload-too-large`.",
    415: "A body of another type: `media-type`.",
    422: "The body or a parameter cannot be used: `bad-input`, with the places in `errors`; or "
    "the Idempotency-Key was used for another request: `idempotency-reused`.",
    429: "Too many requests: `rate-limit`; wait as long as `Retry-After` says.",
}
NAMES = {status: f"No{status}" for status in REFUSALS}
IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Your own name for this request. Sent again within 24 hours it is answered as "
    "the first time, and nothing is done twice.",
}
RATE_HEADERS = {
    "RateLimit-Policy": {
        "schema": {"type": "string"},
        "description": "How many requests (`q`) in how many seconds (`w`).",
    },
    "RateLimit": {
        "schema": {"type": "string"},
        "description": "How many are left (`r`), for how many seconds (`t`).",
    },
}
HEADERS: dict[int, dict[str, Any]] = {
    429: RATE_HEADERS | {"Retry-After": {"schema": {"type": "integer"}}},
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
}
EXAMPLE_ROWS = [{"id": "0001", "text": "Très bon"}, {"id": "0002", "text": "Moyen"}]
ROW = {"type": "object", "additionalProperties": True}
BODIES: dict[str, Document] = {
    JSON: {
        "schema": {"type": "array", "items": ROW, "minItems": 1},
        "example": EXAMPLE_ROWS,
    },
    BYTES: {
        "schema": {"type": "string", "format": "binary"},
        "example": '{"id":"0001","text":"Très bon"}\n{"id":"0002","text":"Moyen"}\n',
    },
}
LINES = (
    f" Lines of JSON go as `{BYTES}`, which generators of clients know; `{NDJSON}` says the same."
)


class Documented(NinjaAPI):
    """The API object; its schema is generated once."""

    _document: OpenAPISchema | None = None

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the complete OpenAPI schema."""
        if self._document is None:
            self._document = super().get_openapi_schema(path_prefix="/api/v1/")
            complete(self._document)
        return self._document


def complete(document: Document) -> None:
    """Add what all operations share and what Ninja cannot know."""
    parts = document["components"]
    parts["schemas"]["Problem"] = ProblemOut.model_json_schema()
    parts["responses"] = {NAMES[status]: _refusal(status) for status in REFUSALS}
    for endpoint in ENDPOINTS:
        path = "/api/v1/" + endpoint.address.replace("{slug:", "{")
        _complete(document["paths"][path][endpoint.method.lower()], endpoint)


def _complete(operation: Document, endpoint: Endpoint) -> None:
    summary, _stop, details = (endpoint.view.__doc__ or "").partition("\n")
    operation["summary"] = summary
    operation["description"] = " ".join(details.split()) or summary
    if endpoint.repeats:
        operation["parameters"] = [*operation["parameters"], IDEMPOTENCY]
    for parameter in operation["parameters"]:
        if parameter["name"] == "project":
            parameter["schema"] |= {"pattern": "^[-a-zA-Z0-9_]+$", "examples": ["reviews"]}
    if NDJSON in endpoint.takes:
        operation["description"] += LINES
        content = {kind: BODIES[kind] for kind in endpoint.takes if kind != NDJSON}
        operation["requestBody"] = {"content": content, "required": True}
    answers = operation["responses"]
    if endpoint.streams:
        answers.clear()
        content = {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in endpoint.streams
        }
        answers["200"] = {"description": "The file", "content": content}
    for answer in answers.values():
        answer["headers"] = RATE_HEADERS
    for status, name in NAMES.items():
        answers[str(status)] = {"$ref": f"#/components/responses/{name}"}
    operation["responses"] = {str(status): answer_spec for status, answer_spec in answers.items()}


def _refusal(status: int) -> Document:
    return {
        "description": REFUSALS[status],
        "headers": HEADERS.get(status, {}),
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
