"""The time zone of a place of work: where most people of the place live, until one says another."""

ZONES = {
    "CA": "America/Toronto",
    "CA-QC": "America/Toronto",
    "FR": "Europe/Paris",
    "IN": "Asia/Kolkata",
    "KE": "Africa/Nairobi",
    "KE-30": "Africa/Nairobi",
    "MG": "Indian/Antananarivo",
    "PH-00": "Asia/Manila",
    "US": "America/New_York",
    "US-CA": "America/Los_Angeles",
    "US-FL": "America/New_York",
    "US-NY": "America/New_York",
    "US-WA": "America/Los_Angeles",
    "VE": "America/Caracas",
}


def zone_of_place(code: str) -> str:
    """Return the time zone of a place; empty where none is known.

    Example:
        >>> zone_of_place("FR")
        'Europe/Paris'
    """
    return ZONES.get(code, "")
