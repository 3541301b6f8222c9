"""Refuse text that no database can store, before any view reads it.

U+0000 and halves of surrogate pairs come in addresses, queries, cookies and forms, also where a
form names an encoding of its own. SQLite would store some of them and PostgreSQL none, so such an
instance could not move. Bodies of JSON are read in ``json_body``, files by their own readers.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from django.http import HttpRequest, HttpResponseBase, QueryDict, UnreadablePostError

from canut.core.errors import BadInput, Missing
from canut.core.outside_text import is_storable
from canut.web.kit.problems import answer_refusal, is_api
from canut.web.kit.request_gate import FORMS


class CookieMiddleware:
    """Drop cookies that cannot be stored: such a browser is one without them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on without such cookies."""
        for name in [name for name, text in request.COOKIES.items() if not is_storable(text)]:
            del request.COOKIES[name]
        return self.get_response(request)


class TextMiddleware:
    """Refuse an address, a query or a form with text that cannot be stored.

    It is the last to see a request before its view, so no body is read here that the check of
    forms from elsewhere refuses.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; it is checked once its view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, parts: object
    ) -> HttpResponseBase | None:
        """Answer a request that cannot be used; None lets it pass."""
        if not is_storable(request.path_info):
            return answer_refusal(request, Missing("the address holds what no name holds"))
        if not all(map(is_storable, _texts(request))):
            return answer_refusal(
                request,
                BadInput("a field holds U+0000 or half a surrogate pair", code="bad-text"),
            )
        return None


def _texts(request: HttpRequest) -> Iterator[str]:
    """Yield the names and values of the query and of the form, and the names of files."""
    if request.META.get("QUERY_STRING"):
        yield from _fields(request.GET)
    if request.method != "POST" or request.content_type not in FORMS or is_api(request):
        return
    try:
        yield from _fields(request.POST)
    except UnreadablePostError:  # the view meets it as well, and says so
        return
    for name, files in request.FILES.lists():
        yield name
        yield from (file.name or "" for file in files)


def _fields(fields: QueryDict) -> Iterator[str]:
    for name, values in fields.lists():
        yield from chain((name,), map(str, values))
