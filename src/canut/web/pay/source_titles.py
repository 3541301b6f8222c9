"""Name in the reader's language the sources that the shipped values of places were read in.

A place file names a source as its publisher does, and its bytes are part of what was signed. So the
translation stands here, by the title in the file; a source without one keeps its own title.
"""

from canut.web.kit.messages import message_for

SOURCE_TITLES = {
    "General knowledge of the people who wrote this file": "place_source.general_knowledge",
    "Inferred from a neighbouring parameter": "place_source.inferred",
    "2026 Employment Insurance updates": "place_source.ei_updates",
    "2026 Employment Insurance updates, with QPIP": "place_source.ei_updates_with_qpip",
    "2026 maximum insurable earnings": "place_source.ei_maximum",
    "2026 maximum insurable earnings and premium rates": "place_source.ei_maximum_and_rates",
    "2026 changes to state minimum wages": "place_source.us_changes",
    "Minimum wages rise in 19 states to start 2026": "place_source.us_rise",
    "National floor level minimum wage": "place_source.in_floor",
    "Nairobi: KSh 16,113.75 minimum wage takes effect": "place_source.ke_nairobi",
    "NSSF February 2026: the Fund's new limits": "place_source.ke_nssf_limits",
    "NSSF contribution rates from February, announced by the Fund": "place_source.ke_nssf_rates",
    "SHIF and Affordable Housing Levy update": "place_source.ke_shif_and_levy",
    "How the Affordable Housing Levy will affect your payslip": "place_source.ke_levy",
    "Congés fériés, 1/20": "place_source.qc_holidays",
    "Cotisation au Fonds des services de santé (page à retrouver)": "place_source.qc_hsf",
    "Cotisations au Québec": "place_source.qc_contributions",
    "Cotisations au Québec, assurance-emploi": "place_source.qc_contributions_ei",
    "Cotisations au RRQ et au RQAP, taux et maximums (page à retrouver)": "place_source.qc_qpp",
    "Fonds des services de santé, Québec": "place_source.qc_hsf_guide",
    "La CNESST fixe le taux moyen de cotisation pour 2026": "place_source.qc_cnesst_2026",
    "Malgré une augmentation des lésions, les cotisations baisseront en 2024": (
        "place_source.qc_cnesst_2024"
    ),
    "Le taux général du salaire minimum passera à 16,60 $": "place_source.qc_minimum",
    "Loi sur les normes du travail, art. 74": "place_source.qc_law_74",
    "Loi sur les normes du travail, articles 52 et 55": "place_source.qc_law_52",
    "RRQ 2026, taux et plafonds": "place_source.qc_qpp_2026",
    "Tableau des cotisations, normes du travail (page à retrouver)": "place_source.qc_labour",
    "SMIC horaire brut, openfisca-france 176.1.8": "place_source.fr_openfisca",
    "Le Smic horaire à 12,02 € en 2026": "place_source.fr_smic",
    "Nouvelle hausse des cotisations sociales des micro-entrepreneurs libéraux": (
        "place_source.fr_micro"
    ),
    "Le salaire minimum à Madagascar en 2026": "place_source.mg_minimum",
    "Les partenaires sociaux s’accordent sur 300 000 ariary": "place_source.mg_agreement",
    "Salario mínimo de Bs. 130 rige a partir del 15 de marzo": "place_source.ve_minimum",
    "Canasta básica, abril de 2025": "place_source.ve_basket",
}


def source_title(title: str) -> str:
    """Return a source's title in the page's language; its own where it has no translation."""
    return message_for(SOURCE_TITLES, title)
