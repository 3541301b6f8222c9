"""What the projects of a key state, since a program has no words for it.

A request of Mechanical Turk names a title and a reward. A project here also says why it exists, for
whom, whose material it uses and how hard it is to look at; a paid one says who the client is. The
key says all of this once.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from canut.core.errors import BadInput
from canut.core.turk.refusals import TurkError, canut_error

CURRENCY, COUNTRY = re.compile("[A-Z]{3}"), re.compile("[A-Z]{2}")
LONGEST = 600
MOST_RISK = 4
AIMS = ("aim_business", "aim_social", "aim_ethical")
ORIGIN = ("origin_whose", "origin_consent", "origin_paid")
SAID = (*AIMS, *ORIGIN)
SAID_IF_PAID = ("client", "client_country")
TEXTS = (*SAID, "client", "legal_reason")


@dataclass(frozen=True, slots=True)
class TurkProfile:
    """What the projects of a key state.

    Args:
        currency: three letters, in which rewards are read; never converted.
        is_own_staff: whether workers are own staff, paid elsewhere.
        aim_business: what the work is for.
        aim_social: what it changes for others.
        aim_ethical: what could go wrong, and for whom.
        origin_whose: whose material it is.
        origin_consent: whether they agreed.
        origin_paid: whether they are paid.
        risk: 0 to 4, of all its tasks.
        categories: what makes it hard to look at; empty at risk 0.
        modality: text, audio, image or video.
        client: who pays, where people are paid.
        client_country: two letters.
        legal_reason: the law that asks where people are; empty for none.
        passes_over_place: whether a place without such a law is passed over, not refused.
        passes_over_masters: whether the same holds for Masters.
    """

    currency: str = "USD"
    is_own_staff: bool = False
    aim_business: str = ""
    aim_social: str = ""
    aim_ethical: str = ""
    origin_whose: str = ""
    origin_consent: str = ""
    origin_paid: str = ""
    risk: int = 0
    categories: tuple[str, ...] = ()
    modality: str = "text"
    client: str = ""
    client_country: str = ""
    legal_reason: str = ""
    passes_over_place: bool = False
    passes_over_masters: bool = False

    def missing(self) -> tuple[str, ...]:
        """Return the names of the fields a project needs and this profile lacks."""
        needed = SAID if self.is_own_staff else (*SAID, *SAID_IF_PAID)
        return tuple(name for name in needed if not getattr(self, name))

    def to_json(self) -> dict[str, object]:
        """Return it as it is stored."""
        return {**asdict(self), "categories": list(self.categories)}


def read_profile(stored: Mapping[str, Any]) -> TurkProfile:
    """Read a profile as it is stored or as a file has it; unknown fields are refused.

    Raises:
        BadInput: a field is unknown, too long, or cannot be meant.
    """
    defaults = {field.name: field.default for field in fields(TurkProfile)}
    for name, content in stored.items():
        if name not in defaults:
            raise BadInput(
                f"a profile has no field {name!r}; it has {', '.join(defaults)}",
                code="turk-profile",
                field=name,
            )
        expected = list if name == "categories" else type(defaults[name])
        if not isinstance(content, expected) or isinstance(content, bool) != (expected is bool):
            raise BadInput(
                f"{name} is {content!r}; expected {expected.__name__}",
                code="turk-profile",
                field=name,
            )
    texts = {name: str(stored.get(name, "")).strip() for name in TEXTS}
    categories = tuple(map(str, stored.get("categories", ())))
    read: dict[str, Any] = {**stored, **texts, "categories": categories}
    profile = TurkProfile(**read)
    faults = {
        "currency": not CURRENCY.fullmatch(profile.currency),
        "client_country": not COUNTRY.fullmatch(profile.client_country or "CA"),
        "risk": not 0 <= profile.risk <= MOST_RISK,
        "categories": bool(profile.risk) != bool(profile.categories),
        **{name: len(text) > LONGEST for name, text in texts.items()},
    }
    wrong = next((name for name, is_wrong in faults.items() if is_wrong), None)
    if wrong is not None:
        raise BadInput(
            f"{wrong} cannot be meant: a currency has three capital letters, a country two; a risk"
            f" is 0 to {MOST_RISK}, with categories from 1 on; a text has at most {LONGEST}"
            " characters",
            code="turk-profile",
            field=wrong,
        )
    return profile


def incomplete(profile: TurkProfile) -> TurkError:
    """Return the error of a profile that lacks what a project states."""
    return canut_error(
        "ProfileIncomplete",
        f"The profile of this key lacks: {', '.join(profile.missing())}. People read it before "
        "they accept; complete it on the page of the key.",
    )
