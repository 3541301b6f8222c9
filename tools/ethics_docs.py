"""Who decides and who overrules whom, as a table for ``docs/*/ethics.md``: cog puts it there."""

from canut.core.ethics.authority import POWERS, EthicsAct, Office

HEADS = {
    "en": ("What is done", "By", "Overruled by"),
    "fr": ("Ce qui se fait", "Par", "Peut être renversé par"),
}
OFFICES = {
    "en": {
        Office.REVIEWER: "reviewer",
        Office.COUNCIL: "representatives",
        Office.REQUESTER: "client",
        Office.OPERATOR: "operator",
        Office.CANDIDATE: "candidate",
    },
    "fr": {
        Office.REVIEWER: "responsable éthique",
        Office.COUNCIL: "élus du personnel",
        Office.REQUESTER: "client",
        Office.OPERATOR: "administration",
        Office.CANDIDATE: "candidature",
    },
}
ACTS = {
    "en": {
        EthicsAct.REQUEST: "ask for an opinion",
        EthicsAct.READ: "read charter, question and sample",
        EthicsAct.WORD: "say that a project may open, while no reviewer is in office",
        EthicsAct.ASK: "ask the client in writing",
        EthicsAct.ANSWER: "answer a question, in five working days",
        EthicsAct.OPINION: "give an opinion: go, change or hold",
        EthicsAct.RENEW: "renew a hold to 28 days, once",
        EthicsAct.REPLY: "answer a point of an opinion",
        EthicsAct.LIFT: "lift a hold, once each point is answered",
        EthicsAct.APPEAL: "appeal against a hold, once",
        EthicsAct.VOTE: "vote on an appeal, in seven days",
        EthicsAct.OVERRIDE: "override a renewed hold after 28 days, with reasons",
        EthicsAct.MASK: "hide the client’s name and the sample, with the reason",
        EthicsAct.COMPARE: "write a blind opinion",
    },
    "fr": {
        EthicsAct.REQUEST: "demander un avis",
        EthicsAct.READ: "lire la charte, la question et l’échantillon",
        EthicsAct.WORD: "dire qu’un projet peut ouvrir, tant que personne n’est en fonction",
        EthicsAct.ASK: "interroger le client par écrit",
        EthicsAct.ANSWER: "répondre à une question, en cinq jours ouvrables",
        EthicsAct.OPINION: "donner un avis\u202f: feu vert, à changer ou blocage",
        EthicsAct.RENEW: "prolonger un blocage à 28 jours, une fois",
        EthicsAct.REPLY: "répondre à un point d’un avis",
        EthicsAct.LIFT: "lever un blocage, quand chaque point a sa réponse",
        EthicsAct.APPEAL: "faire appel d’un blocage, une fois",
        EthicsAct.VOTE: "voter sur un appel, en sept jours",
        EthicsAct.OVERRIDE: "passer outre un blocage prolongé après 28 jours, avec ses raisons",
        EthicsAct.MASK: "masquer le nom du client et l’échantillon, avec la raison",
        EthicsAct.COMPARE: "écrire un avis à l’aveugle",
    },
}
DASH = "–"


def powers(language: str) -> str:
    """Write the table of powers that the acts obey."""
    names, acts = OFFICES[language], ACTS[language]
    lines = [f"| {' | '.join(HEADS[language])} |", "| --- | --- | --- |"]
    for power in POWERS:
        by, over = (
            ", ".join(names[office] for office in Office if office in offices) or DASH
            for offices in (power.by, power.overruled_by)
        )
        lines.append(f"| {acts[power.act]} | {by} | {over} |")
    return "\n".join(lines)
