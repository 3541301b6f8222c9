"""Let requesters' own pages fetch the scripts of this instance.

Such a page has an opaque origin, so a browser asks for its modules as another site would. The files
are the same for everybody and say nothing of anybody.
"""

from wsgiref.headers import Headers

SCRIPTS = "/static/dist/"


def add_static_headers(headers: Headers, path: str, url: str) -> None:
    """Let any page fetch a built script or style sheet."""
    del path
    if url.startswith(SCRIPTS):
        headers["Access-Control-Allow-Origin"] = "*"
