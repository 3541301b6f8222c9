"""The page that says how the instance fares: what is broken, what to look at, what is sound.

It says what ``canut doctor`` says. A test message shows whether mail leaves.
"""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.ledger.log_names import likely_name
from canut.actions.operations.first_run import send_test_message
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.core.operations.finding_texts import format_finding
from canut.core.operations.findings import Finding, Level, examine
from canut.store.ledger.log_names import platform_name
from canut.store.operations.health import read_readiness
from canut.store.operations.mail_settings import mail_written_to
from canut.web.kit.access import get_person
from canut.web.kit.forms import PlainForm
from canut.web.kit.languages import language_now
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.operations.first_forms import TestMailForm

SOUND = {
    "page.first_run.sound_files": ("folder-unwritable", "storage-unwritable", "space-none"),
    "page.first_run.sound_keys": ("key-open", "key-short", "keys-open", "keys-beside"),
    "page.first_run.sound_jobs": ("jobs-none", "jobs-failed", "row-faults"),
    "page.first_run.sound_mail": (
        *("mail-none", "mail-stays", "mail-silent", "mail-failed", "mail-fails"),
    ),
    "page.first_run.sound_proxy": ("proxy-untrusted", "url-malformed", "url-plain", "url-local"),
    "page.first_run.sound_copies": (
        *("copy-never", "copy-old", "copy-failed", "copy-gone", "copy-programs"),
        *("copy-folder", "copy-damaged", "copy-unplanned"),
    ),
}
"""What is said to be sound where none of these findings speaks against it."""


class FindingRow(NamedTuple):
    """A finding in the page's language."""

    level: str
    what: str
    do: str


def instance_state(request: HttpRequest) -> HttpResponse:
    """Show what ``canut doctor`` says, what is sound, and a test of mail."""
    form = TestMailForm(request.POST or None, initial={"address": get_person(request).email})
    if request.method == "POST" and form.is_valid():
        if send_test(request, form):
            return redirect("instance_state")
    elif request.method == "POST" and not form.errors:
        return redirect("instance_state")
    facts = read_readiness(now_ms())
    findings = examine(facts)
    context = {
        "form": form,
        "facts": facts,
        "groups": [
            (level.value, rows)
            for level in Level
            if (rows := [finding_row(one) for one in findings if one.level is level])
        ],
        "sound": sound_things(findings),
        "log_name": platform_name() or likely_name(),
    }
    status = 422 if form.errors else 200
    return render(request, "operations/instance_state.html", context, status=status)


def send_test(request: HttpRequest, form: PlainForm) -> bool:
    """Send a test message to the typed address; return success, adding a refusal to the form."""
    address = form.cleaned_data["address"]
    if not address:
        form.add_error("address", message_now("form.kit.write_something_here"))
        return False
    text = (
        message_now("page.first_run.test_subject"),
        message_now("page.first_run.test_text"),
    )
    try:
        send_test_message(address, text, now_ms())
    except Refusal as refusal:
        form.add_error("address", words_of(refusal).detail)
        return False
    setting = mail_written_to()
    messages.success(
        request,
        message_now("page.first_run.test_written", setting=setting)
        if setting
        else message_now("page.first_run.test_sent", address=address),
    )
    return True


def finding_row(finding: Finding) -> FindingRow:
    """Word a finding in the page's language."""
    text = format_finding(finding, language_now().code[:2])
    return FindingRow(finding.level.value, text.what, text.do)


def sound_things(findings: list[Finding]) -> list[str]:
    """List what no finding speaks against."""
    codes = {finding.code for finding in findings}
    return [message_now(words) for words, against in SOUND.items() if not codes & set(against)]
