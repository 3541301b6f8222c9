"""Names of places of work and of statuses: which message of the catalogue says each."""

from canut.core.messages import message

STATUSES = {
    "employee": "page.pay_wording.employee",
    "self_employed": "page.pay_wording.self_employed",
    "volunteer": "page.pay_wording.volunteer",
    "own_staff": "common.own_staff",
}
PLACES = {
    "CA": "page.pay_wording.canada",
    "CA-QC": "page.pay_wording.quebec",
    "FR": "page.pay_wording.france",
    "IN": "page.pay_wording.india",
    "KE": "page.pay_wording.kenya",
    "KE-30": "page.pay_wording.nairobi_kenya",
    "MG": "page.pay_wording.madagascar",
    "PH-00": "page.pay_wording.metro_manila_philippines",
    "US": "page.pay_wording.united_states",
    "US-CA": "page.pay_wording.california_united_states",
    "US-FL": "page.pay_wording.florida_united_states",
    "US-NY": "page.pay_wording.new_york_united_states",
    "US-WA": "page.pay_wording.washington_united_states",
    "VE": "page.pay_wording.venezuela",
}


def place_name(code: str, language: str) -> str:
    """Name a place of work in a language, with its code; the code alone where it has no name."""
    return f"{message(language, PLACES[code])} ({code})" if code in PLACES else code


def status_name(status: str, language: str) -> str:
    """Name a status towards the payer in a language."""
    return message(language, STATUSES[status]) if status in STATUSES else status
