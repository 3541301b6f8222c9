"""How a labour card is checked: an example that this instance has just verified, and its files."""

import io
import zipfile
from functools import cache
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.core.datasets.bundle import VerdictLine, verify_bundle
from canut.core.datasets.example_bundle import DATASET, PEOPLE, example_bundle
from canut.core.datasets.verdict_texts import never_in, said_in, unknown_in
from canut.core.proofs.policy import read_policy
from canut.web.datasets.card_wording import GRADES
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now

FOLDER = f"{DATASET}-dataset"
FIGURE, UNKNOWN = "figure", "unknown"
ZIP_DAY = (2026, 1, 31, 12, 0, 0)


class CheckedLine(NamedTuple):
    """One line of the verdict in the page's language: what is shown, and how well."""

    grade: str
    text: str


def check(request: HttpRequest) -> HttpResponse:
    """Verify the example and show each line of the verdict, with how to do the same elsewhere."""
    example = example_bundle()
    verdict = verify_bundle(example, read_policy(example.policy))
    language = two_sided()
    figures = [line for line in verdict.lines if line.kind == FIGURE and line.facts["value"] != 0]
    proofs = [line for line in verdict.lines if line.kind not in {FIGURE, UNKNOWN}]
    unknown = [line for line in verdict.lines if line.kind == UNKNOWN]
    context = {
        "figures": [_checked(language, _unmarked(line)) for line in figures],
        "proofs": [_checked(language, line) for line in proofs],
        "unknown": [CheckedLine(*pair) for pair in unknown_in(language, unknown)],
        "never": never_in(language, verdict.never),
        "people": len(PEOPLE),
    }
    return render(request, "datasets/check.html", context)


def _checked(language: str, line: VerdictLine) -> CheckedLine:
    """Return a line in the page's words; without a grade where it claims nothing."""
    grade = message_now(GRADES[line.grade.name]) if line.grade else ""
    return CheckedLine(grade, said_in(language, line)[1])


def _unmarked(line: VerdictLine) -> VerdictLine:
    """Return a figure without its mark, since the page marks the whole card as an example."""
    return line._replace(facts={**line.facts, "simulated": False})


@cache
def example_zip() -> bytes:
    """Return the example as a zip; the same bytes each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in example_bundle().files.items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{path}", ZIP_DAY)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def example_file(request: HttpRequest) -> HttpResponse:
    """Send the example as a zip."""
    answer = HttpResponse(example_zip(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{FOLDER}.zip"'
    return answer


def example_policy(request: HttpRequest) -> HttpResponse:
    """Send the policy by which the example is checked."""
    answer = HttpResponse(example_bundle().policy, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{DATASET}-policy.txt"'
    return answer
