"""Qualification requirements of programs: which are kept, and which are passed over.

Requirements of an own qualification are compared when a task is lent (``core.work``). No approval
score follows a person here, so requirements of one are passed over and the requester reads so. A
place may only be asked for where a law asks for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from canut.core.turk.refusals import canut_error, invalid
from canut.core.work.qualifications import Comparator

APPROVED_COUNT, APPROVED_SHARE = "00000000000000000040", "000000000000000000L0"
LOCALE, ADULT = "00000000000000000071", "00000000000000000060"
MASTERS = frozenset({"2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6"})
PASSED_OVER = frozenset({APPROVED_COUNT, APPROVED_SHARE})
SYSTEM_NAMES: Mapping[str, str] = {
    APPROVED_COUNT: "Number of HITs Approved",
    APPROVED_SHARE: "HIT Approval Rate (%)",
    LOCALE: "Location",
    ADULT: "Adult Content Qualification",
    **dict.fromkeys(MASTERS, "Masters"),
}
ADULT_RISK = 2
"""The risk level from which a project has a page of consent; material for adults has it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement as sent: of which type, compared how, with which whole numbers or places."""

    type_id: str
    comparator: Comparator
    values: tuple[int, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SortedRequirements:
    """Requirements by what is done with them.

    Args:
        own: those of own types, compared when a task is lent.
        passed_over: ids of types whose requirements are not in force.
        country: two letters asked for by law; empty for none.
        is_adult: whether the material is for adults.
    """

    own: tuple[Requirement, ...]
    passed_over: tuple[str, ...]
    country: str = ""
    is_adult: bool = False


def read_requirements(sent: Iterable[Mapping[str, object]]) -> list[Requirement]:
    """Read requirements that fit their shape.

    Raises:
        TurkError: a comparison lacks its values, or has some where it takes none.
    """
    requirements = []
    for row in sent:
        comparator = Comparator(str(row["Comparator"]))
        values = tuple(_whole_numbers(row.get("IntegerValues")))
        countries = tuple(_countries(row.get("LocaleValues")))
        value_count = len(values) + len(countries)
        is_bare = comparator in {Comparator.EXISTS, Comparator.MISSING}
        takes_several = comparator in {Comparator.AMONG, Comparator.NOT_AMONG}
        if is_bare and value_count:
            raise invalid(f"'{comparator}' takes no values")
        if not is_bare and not takes_several and value_count != 1:
            raise invalid(f"'{comparator}' takes one value, not {value_count}")
        if takes_several and not value_count:
            raise invalid(f"'{comparator}' takes at least one value")
        requirements.append(
            Requirement(str(row["QualificationTypeId"]), comparator, values, countries)
        )
    return requirements


def sort_requirements(
    requirements: Iterable[Requirement],
    *,
    legal_reason: str,
    passes_over_place: bool,
    passes_over_masters: bool,
) -> SortedRequirements:
    """Decide what is done with each requirement.

    Args:
        requirements: as read.
        legal_reason: the law that asks for a place, as the key's profile names it.
        passes_over_place: whether a place without such a law is passed over, not refused.
        passes_over_masters: whether the same holds for Masters.

    Raises:
        TurkError: a place without a law, or people nobody here is.
    """
    own: list[Requirement] = []
    passed: list[str] = []
    country, is_adult = "", False
    for requirement in requirements:
        sort = requirement.type_id
        if sort in PASSED_OVER:
            passed.append(sort)
        elif sort == ADULT:
            is_adult = True
        elif sort in MASTERS:
            if not passes_over_masters:
                raise canut_error(
                    "NoSuchPeople",
                    "There are no Masters here. Leave this requirement out, or let the key pass "
                    "it over.",
                )
            passed.append(sort)
        elif sort == LOCALE:
            is_one = requirement.comparator == Comparator.EQUAL or (
                requirement.comparator == Comparator.AMONG and len(requirement.countries) == 1
            )
            if legal_reason and is_one and len(requirement.countries) == 1:
                country = requirement.countries[0]
            elif passes_over_place:
                passed.append(sort)
            else:
                raise canut_error(
                    "PlaceNeedsReason",
                    "A place may only be asked for where a law asks for it, and for one country. "
                    "Name the law in the profile of this key, or let the key pass places over.",
                )
        else:
            own.append(requirement)
    return SortedRequirements(tuple(own), tuple(passed), country, is_adult)


def is_in_force(requirement: Requirement, *, asks_place: bool) -> bool:
    """Return whether a requirement decides who gets a task, or is passed over.

    Args:
        requirement: as sent.
        asks_place: whether a law asks for a place in its project.
    """
    if requirement.type_id == LOCALE:
        return asks_place
    return requirement.type_id not in PASSED_OVER | MASTERS


def _whole_numbers(sent: object) -> list[int]:
    return [int(number) for number in sent] if isinstance(sent, list) else []


def _countries(sent: object) -> list[str]:
    return [str(place["Country"]) for place in sent] if isinstance(sent, list) else []
