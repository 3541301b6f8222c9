"""Credit people in a dataset's citation under names they chose.

Only people who asked are credited, only under the name they chose; never in a card or a log. A name
is checked so that it can neither break a file nor disclose somebody's address.
"""

import json
import re
import unicodedata
from collections.abc import Sequence

from canut.core.datasets.descriptions.croissant import DatasetAbout
from canut.core.errors import BadInput

LONGEST_NAME = 60
_MARKS = frozenset(" '’.,-·&")  # all else that is no letter or figure is refused
_SPDX = re.compile(r"[A-Za-z0-9.+-]{1,60}")


def check_name(text: str) -> str:
    """Return a name as it will be printed: composed, single spaces.

    Raises:
        BadInput: empty, too long, or with anything but letters, figures and the marks of names.

    Example:
        >>> check_name("  Ada   Lovelace ")
        'Ada Lovelace'
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(
            f"a name has 1 to {LONGEST_NAME} signs; this one has {len(name)}",
            code="credit-length",
            most=LONGEST_NAME,
        )
    odd = [sign for sign in name if unicodedata.category(sign)[0] not in "LMN"]
    if set(odd) - _MARKS or not name[0].isalpha():
        sign_at_fault = next((sign for sign in odd if sign not in _MARKS), name[0])
        raise BadInput(
            "a name begins with a letter and holds letters, figures, spaces and "
            f"{''.join(sorted(_MARKS)).strip()}; this one has {sign_at_fault!a}",
            code="credit-signs",
        )
    if "www." in name.lower():
        raise BadInput("a name is no address", code="credit-signs")
    return name


def credits_section(names: Sequence[str]) -> str:
    """Write the section of a README that credits people; empty without names."""
    if not names:
        return ""
    listed = "".join(f"- {name}\n" for name in sorted_names(names))
    return f"## Credits\n\nThey did some of this work and asked to be named so:\n\n{listed}\n"


def citation_of(about: DatasetAbout, names: Sequence[str], *, is_simulated: bool = False) -> bytes:
    """Write ``CITATION.cff``: the creator of the dataset, then the credited people.

    Source:
        Citation File Format 1.2.0, https://doi.org/10.5281/zenodo.5171937
    """
    authors = [about.creator, *sorted_names(names)]
    licence = about.licence if _SPDX.fullmatch(about.licence) else ""
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this dataset, please cite it so.",
        *(['abstract: "Simulated (simulé): nobody of this exists."'] if is_simulated else []),
        "type: dataset",
        f"title: {_quoted(about.title)}",
        f"version: {_quoted(about.version)}",
        f"date-released: {_quoted(about.date)}",
        *([f"license: {_quoted(licence)}"] if licence else []),
        f"url: {_quoted(about.url)}",
        "authors:",
        *(f"  - name: {_quoted(author)}" for author in authors),
    ]
    return ("\n".join(lines) + "\n").encode()


def sorted_names(names: Sequence[str]) -> list[str]:
    """Sort names without duplicates, so that their order discloses nothing."""
    return sorted(set(names), key=lambda name: (name.casefold(), name))


def _quoted(text: str) -> str:
    """Quote a text on one line as YAML, using JSON syntax; drop unprintable characters."""
    line = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    return json.dumps(line, ensure_ascii=False)
