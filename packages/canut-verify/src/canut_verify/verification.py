"""Check a dataset from a program: ``verify(folder, policy)``, shown as a table in a notebook."""

from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path

from canut_verify import RefusedError
from canut_verify.__main__ import logged_lines, sentence
from canut_verify.folder import CARD, CARD_PROOF, check_bundle, open_bundle
from canut_verify.policy import parse_policy
from canut_verify.refused import refusal
from canut_verify.words import grade as grade_of


@dataclass(frozen=True)
class Verification:
    """What a check of a dataset showed; true where nothing is wrong under the policy.

    Attributes:
        lines: a grade and a sentence each: what is proven, recomputed or only asserted.
        refused: why the dataset is refused; empty where it is not.
    """

    lines: tuple[tuple[str, str], ...]
    refused: str = ""

    def __bool__(self) -> bool:
        """Return whether the dataset is what it says."""
        return not self.refused

    def _repr_html_(self) -> str:
        """Return a table of grades and sentences, safe as HTML."""
        rows = [("REFUSED", self.refused)] if self.refused else self.lines
        cells = "".join(
            f"<tr><th scope='row'>{escape(grade)}</th><td>{escape(text)}</td></tr>"
            for grade, text in rows
        )
        return f"<table><caption>Verification</caption>{cells}</table>"


def verify(
    place: str | PathLike[str], policy: str | PathLike[str], language: str = "en"
) -> Verification:
    """Check a dataset with its labour card under a policy, as ``canut-verify`` does.

    Args:
        place: the folder or the zip of the dataset.
        policy: the file that names the logs and witnesses you trust.
        language: of the sentences, ``en`` or ``fr``.

    Raises:
        OSError: a file is not there.
        RefusedError: the policy cannot be read.
    """
    trusted = parse_policy(Path(policy).read_bytes())
    try:
        bundle = open_bundle(Path(place))
        lines, _end = check_bundle(bundle, trusted)
        card = logged_lines(CARD, bundle.read(CARD), bundle.read(CARD_PROOF), trusted)
    except RefusedError as why:
        return Verification((), refusal(language, str(why)))
    return Verification(
        tuple(
            (grade_of(language, grade), sentence(language, grade, kind, facts))
            for grade, kind, facts in card + lines
        )
    )
