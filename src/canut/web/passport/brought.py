"""Credentials I bring from elsewhere: listed with what is known of their signer, for me alone."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.passport.brought import ask_issuer, bring_credential, delete_brought
from canut.actions.passport.issuer import passport_secret
from canut.actions.platform.system_clock import now_ms
from canut.actions.work.work_record import bring_record
from canut.core.errors import BadFile, Incomplete, Refusal
from canut.core.passport.baking import LARGEST
from canut.core.passport.brought import BroughtVerdict, did_address, judge_brought
from canut.core.passport.verdicts import HERE, Holds
from canut.core.proofs.signing import public_of
from canut.store.models import BroughtCredential, Person
from canut.store.passport.brought import brought_of
from canut.web.kit.access import get_person
from canut.web.kit.formatting import calendar_day
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of

STANDINGS = {
    BroughtCredential.Standing.HOLDS.value: "page.passport.brought_holds",
    BroughtCredential.Standing.REVOKED.value: "page.passport.brought_revoked",
    BroughtCredential.Standing.UNREAD.value: "page.passport.brought_unread",
}


class BroughtLine(NamedTuple):
    """One brought credential on the page, with what is known of it in words."""

    row: BroughtCredential
    name: str
    issuer: str
    inside: int
    grade: str
    standing: str
    hosts: str


def bring(request: HttpRequest) -> HttpResponse:
    """List what I brought; keep a file when I send one."""
    person = get_person(request)
    problem: object = None
    if request.method == "POST":
        try:
            return _keep(request, person)
        except Refusal as refusal:
            problem = words_of(refusal)
    context = {"brought": brought_lines(person), "problem": problem}
    return render(request, "passport/bring.html", context, status=422 if problem else 200)


def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Ask the hosts that one brought credential names."""
    ask_issuer(get_person(request), number, now_ms())
    return redirect("passport_bring")


def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Delete one brought credential."""
    delete_brought(get_person(request), number)
    return redirect("passport_bring")


def brought_lines(person: Person) -> list[BroughtLine]:
    """List what somebody brought, newest first, in words."""
    own_key = public_of(passport_secret())
    lines = []
    for row, document in brought_of(person):
        judged = judge_brought(document, own_key, now_ms())
        standing = ""
        if row.standing and row.standing_ms:
            day = calendar_day(row.standing_ms)
            standing = message_now(STANDINGS[row.standing], day=day)
        elif judged.verdict and judged.verdict.holds is Holds.EXPIRED:
            standing = message_now("page.passport.brought_expired")
        lines.append(
            BroughtLine(
                row,
                judged.name,
                judged.verdict.issuer if judged.verdict else "",
                len(judged.members),
                grade_of(row, judged),
                standing,
                ", ".join(judged.hosts),
            )
        )
    return lines


def grade_of(row: BroughtCredential, judged: BroughtVerdict) -> str:
    """Return in words how well the signer of a brought credential is known."""
    verdict = judged.verdict
    if verdict is None:
        return message_now("page.passport.grade_word")
    if verdict.known == HERE:
        return message_now("page.passport.grade_here")
    host = did_address(verdict.did).removeprefix("https://").partition("/")[0]
    if row.host_confirmed:
        return message_now("page.passport.grade_host", host=host)
    if host:
        return message_now("page.passport.grade_signed", host=host)
    return message_now("page.passport.grade_key")


def _keep(request: HttpRequest, person: Person) -> HttpResponse:
    upload = request.FILES.get("file")
    if upload is None:
        raise Incomplete("no file came", code="upload-empty", field="file")
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadFile(f"over {LARGEST} bytes", code="too-large", limit=LARGEST)
    if content[:2] == b"PK" or b'"canut.record/1"' in content[:200]:
        bring_record(person, content, now_ms())
        messages.success(request, message_now("page.record.your_record_from_elsewhere"))
        return redirect("record")
    bring_credential(person, content, now_ms())
    messages.success(request, message_now("page.passport.brought_kept"))
    return redirect("passport_bring")
