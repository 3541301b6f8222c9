"""Pages for who is shown a credential: what a link shows, and what a file they have says."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.passport.issuer import passport_secret
from canut.actions.passport.links import open_link
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.core.outside_text import read_whole
from canut.core.passport.baking import LARGEST
from canut.core.passport.brought import members_of, read_brought
from canut.core.passport.verdicts import CredentialVerdict, Holds, check_credential
from canut.core.proofs.signing import public_of
from canut.store.passport.credentials import credentials_shown, documents_of, status_bits
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of

HOLDS = {
    Holds.YES: "page.passport.holds_yes",
    Holds.CHANGED: "page.passport.holds_changed",
    Holds.REVOKED: "page.passport.holds_revoked",
    Holds.EXPIRED: "page.passport.holds_expired",
    Holds.NOT_YET: "page.passport.holds_not_yet",
    Holds.NOT_ASKED: "page.passport.holds_not_asked",
}


class CheckedCredential(NamedTuple):
    """A verdict, and in words whether it holds."""

    verdict: CredentialVerdict
    holds: str


def shown(request: HttpRequest, token: str) -> HttpResponse:
    """Show the credentials of a link, each checked as the page opens."""
    link = open_link(token, now_ms())
    documents = documents_of(credentials_shown(link))
    context = {"link": link, "checked": [_checked(document) for document in documents]}
    answer = render(request, "passport/shown.html", context)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def verify(request: HttpRequest) -> HttpResponse:
    """Check a credential's file: JSON, SVG or PNG."""
    context: dict[str, Any] = {"checked": None, "members": [], "problem": None}
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            pasted = request.POST.get("text", "").encode()
            content = upload.read(LARGEST + 1) if upload else pasted
            document = read_brought(content)
            context["checked"] = _checked(document)
            context["members"] = [_checked(each) for each in members_of(document)]
        except Refusal as refusal:
            context["problem"] = words_of(refusal)
    status = 422 if context["problem"] else 200
    return render(request, "passport/verify.html", context, status=status)


def _checked(document: dict[str, Any]) -> CheckedCredential:
    own_key = public_of(passport_secret())
    verdict = check_credential(document, own_key, _own_status, now_ms())
    return CheckedCredential(verdict, message_now(HOLDS[verdict.holds]))


def _own_status(address: str) -> bytes | None:
    """Read a status list of this instance, whatever its address was when it was signed."""
    _before, mark, number = address.rpartition("/passport/status/")
    listed = read_whole(number) if mark else None
    return None if listed is None else status_bits(listed)
