"""Check the address of a study, and fill in a person's pseudonym.

The names a survey tool reads come from ``core.recruiting.studies``. Only https is accepted, but on
an instance that runs on its own machine alone.
"""

from urllib.parse import quote, urlsplit

from canut.core.errors import BadInput, Incomplete
from canut.core.recruiting.studies import LONGEST_ADDRESS, NAMES, PRESETS


def check_address(address: str, *, is_loopback_allowed: bool = False) -> str:
    """Return the address of a study without blanks around it.

    Raises:
        Incomplete: ``study-address-missing``.
        BadInput: ``study-address``: not https, too long, or an unknown name in braces.
    """
    plain = address.strip()
    if not plain:
        raise Incomplete("give the address of the study", code="study-address-missing")
    bare = plain
    for name in NAMES:
        bare = bare.replace("{" + name + "}", "x")
    parts = urlsplit(bare)
    is_loopback = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
    is_safe = parts.scheme == "https" or (is_loopback_allowed and is_loopback)
    if (
        not (is_safe and parts.hostname and plain.isprintable())
        or len(plain) > LONGEST_ADDRESS
        or set("{} ") & set(bare)
        or parts.username is not None
    ):
        raise BadInput(
            f"{plain[:80]!r} cannot be the address of a study; write https:// and only the names "
            "{participant}, {study} and {session}",
            code="study-address",
        )
    return plain


def fill_address(address: str, preset: str, participant: str, study: str, session: str) -> str:
    """Return the address a person is sent to.

    Example:
        >>> fill_address("https://s.example/r?x=1", "otree", "p7", "s", "v")
        'https://s.example/r?x=1&participant_label=p7'
        >>> fill_address("https://s.example/{participant}", "none", "p7", "s", "v")
        'https://s.example/p7'
    """
    query = PRESETS[preset]
    before, hash_sign, fragment = address.partition("#")
    if query:
        before += ("&" if "?" in before else "?") + query
    filled = before + hash_sign + fragment
    for name, text in zip(NAMES, (participant, study, session), strict=True):
        filled = filled.replace("{" + name + "}", quote(text, safe=""))
    return filled
