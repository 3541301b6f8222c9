"""What an audit says, in French and in English: one table of sentences, and how figures look."""

from typing import NamedTuple

from canut.core.money import Money, minor_decimals


class Bilingual(NamedTuple):
    """The same words in both languages."""

    en: str
    fr: str


SAID: dict[str, Bilingual] = {
    "title": Bilingual("Audit of {file}", "Audit de {file}"),
    "what": Bilingual(
        "{source}: {rows} rows, {people} people, {assignments} pieces of work.",
        "{source} : {rows} rangées, {people} personnes, {assignments} travaux rendus.",
    ),
    "columns": Bilingual("Columns named by hand", "Colonnes nommées à la main"),
    "pay": Bilingual("What people earned", "Ce que les gens ont gagné"),
    "pay-note": Bilingual(
        "Paid amounts over all time handed in, rejected work included.",
        "Les montants payés sur tout le temps rendu, travail refusé compris.",
    ),
    "finding": Bilingual(
        "Half of the people earned less than {p50} an hour.",
        "La moitié des gens ont gagné moins de {p50} de l’heure.",
    ),
    "finding-floor": Bilingual(
        "{people} of {all} people earned less than {floor} an hour.",
        "{people} personnes sur {all} ont gagné moins de {floor} de l’heure.",
    ),
    "per-hour": Bilingual("Per hour, {currency}", "Par heure, {currency}"),
    "median": Bilingual("median", "médiane"),
    "by-person": Bilingual("by person ({n})", "par personne ({n})"),
    "by-hour": Bilingual("by hour worked ({n} h)", "par heure travaillée ({n} h)"),
    "once": Bilingual(
        "by person, at most: tasks held at once counted once",
        "par personne, au plus : tâches tenues ensemble comptées une fois",
    ),
    "under": Bilingual(
        "Under {floor}: {people} people ({people_share}) and {hours} h ({hours_share} of the "
        "hours). {missing} more would have brought each of them up to it.",
        "Sous {floor} : {people} personnes ({people_share}) et {hours} h ({hours_share} des "
        "heures). Il aurait fallu {missing} de plus pour amener chacune au plancher.",
    ),
    "rejected": Bilingual(
        "Rejected and unpaid: {n} pieces of work by {people} people, {hours} h, {price}.",
        "Refusé et non payé : {n} travaux de {people} personnes, {hours} h, {price}.",
    ),
    "no-rejected": Bilingual("Nothing was rejected.", "Rien n’a été refusé."),
    "waiting": Bilingual(
        "{n} pieces of work wait to be judged; they are counted as paid.",
        "{n} travaux attendent d’être jugés ; ils sont comptés comme payés.",
    ),
    "untold": Bilingual(
        "{n} pieces of work have no time or no price and are left out of these figures.",
        "{n} travaux sont sans temps ou sans prix et ne sont pas dans ces chiffres.",
    ),
    "given-back": Bilingual(
        "{n} pieces of work were skipped or ran out; they count for nothing here.",
        "{n} travaux ont été passés ou ont expiré ; ils ne comptent pas ici.",
    ),
    "no-pay": Bilingual(
        "The file has no times with prices: pay per hour is unknown. Give --reward, or name the "
        "columns.",
        "Le fichier n’a pas de temps avec un prix : la paie de l’heure est inconnue. Donnez "
        "--reward, ou nommez les colonnes.",
    ),
    "chart-spread": Bilingual(
        "Pay per hour: from the 10th to the 90th percentile, the dot is the median.",
        "Paie de l’heure : du 10ᵉ au 90ᵉ centile, le point est la médiane.",
    ),
    "chart-people": Bilingual("People by pay per hour", "Personnes selon la paie de l’heure"),
    "floor": Bilingual("floor {floor}", "plancher {floor}"),
    "labels": Bilingual("What the answers say", "Ce que disent les réponses"),
    "labels-note": Bilingual(
        "One label for each task, how sure, and how far people agree.",
        "Une étiquette par tâche, sa certitude, et l’accord entre les gens.",
    ),
    "question": Bilingual("Question", "Question"),
    "tasks": Bilingual("Tasks", "Tâches"),
    "answers": Bilingual("Answers", "Réponses"),
    "people": Bilingual("People", "Personnes"),
    "sure": Bilingual("Mean confidence", "Certitude moyenne"),
    "alpha": Bilingual("Alpha [95 %]", "Alpha [95 %]"),
    "same": Bilingual("Same answer, pairs", "Même réponse, par paires"),
    "model": Bilingual("“{name}”: model {model}. {why}", "« {name} » : modèle {model}. {why}"),
    "why-known": Bilingual(
        "Known answers had the last word in its choice.",
        "Les réponses connues ont eu le dernier mot dans son choix.",
    ),
    "why-together": Bilingual(
        "People are right and wrong together here; tables of errors would mislead.",
        "Les gens ont raison et tort ensemble ici ; des tables d’erreurs tromperaient.",
    ),
    "why-held-out": Bilingual(
        "Several models are averaged, those that foretell held out answers weigh more.",
        "Plusieurs modèles sont moyennés, ceux qui prédisent des réponses mises de côté pèsent "
        "plus.",
    ),
    "right": Bilingual(
        "“{name}”: found without looking at it, {right} of {cases} known answers are the label.",
        "« {name} » : trouvées sans les regarder, {right} réponses connues sur {cases} sont "
        "l’étiquette.",
    ),
    "replaced": Bilingual(
        "“{name}”: {n} answers were given anew by the same person; the last stands.",
        "« {name} » : {n} réponses données à nouveau par la même personne ; la dernière compte.",
    ),
    "least": Bilingual("“{name}”: the least sure", "« {name} » : les moins sûres"),
    "task": Bilingual("Task", "Tâche"),
    "label": Bilingual("Label", "Étiquette"),
    "confidence": Bilingual("Confidence", "Certitude"),
    "unjudged": Bilingual(
        "“{name}” was not judged: {different} different answers among {answers} look like free "
        "text. Force it with --question.",
        "« {name} » n’a pas été jugée : {different} réponses différentes sur {answers} semblent "
        "du texte libre. Forcez avec --question.",
    ),
    "no-labels": Bilingual("No question could be judged.", "Aucune question n’a pu être jugée."),
    "uncalibrated": Bilingual(
        "No answer is known to set confidence by: where people share a mistake, it is too high.",
        "Aucune réponse connue pour régler la certitude : si les gens partagent une erreur, elle "
        "est trop haute.",
    ),
    "careless": Bilingual("Work to look into", "Travail à regarder de près"),
    "careless-note": Bilingual(
        "Evidence, never a verdict: a person may be alone and right, or have had the hard tasks.",
        "Des indices, jamais un verdict : on peut être seul et avoir raison, ou avoir eu les "
        "tâches difficiles.",
    ),
    "no-careless": Bilingual(
        "Nobody stands out among the {n} people who could be looked at.",
        "Personne ne se détache parmi les {n} personnes qu’on a pu regarder.",
    ),
    "careless-few": Bilingual(
        "{n} people have under {least} answers to compare; nothing is said of them.",
        "{n} personnes ont moins de {least} réponses comparables ; rien n’est dit d’elles.",
    ),
    "careless-nobody": Bilingual(
        "Nobody has {least} answers that can be compared; nothing can be said.",
        "Personne n’a {least} réponses comparables ; on ne peut rien dire.",
    ),
    "person": Bilingual("Person", "Personne"),
    "line": Bilingual("first line", "première ligne"),
    "agreement": Bilingual("Agreement [90 %]", "Accord [90 %]"),
    "random": Bilingual("p, random", "p, au hasard"),
    "random-means": Bilingual(
        "Shown are those far below what is usual, or whose answers could have been dealt at "
        "random: p is the chance that random answers over the same tasks agree as well.",
        "Sont montrées les personnes bien en dessous de l’habituel, ou dont les réponses "
        "pourraient être tirées au hasard : p est la chance que des réponses au hasard sur les "
        "mêmes tâches "
        "s’accordent aussi bien.",
    ),
    "usual": Bilingual(
        "Usual agreement on “{name}”: {share}.", "Accord habituel sur « {name} » : {share}."
    ),
    "calibrated": Bilingual(
        "“{name}”: confidence was set by {n} known answers.",
        "« {name} » : la certitude a été réglée sur {n} réponses connues.",
    ),
    "hide": Bilingual(
        "People are numbered in the order of the file; their names there are personal data.",
        "Les personnes sont numérotées dans l’ordre du fichier ; leurs noms y sont des données "
        "personnelles.",
    ),
    "cannot": Bilingual("What this file cannot tell", "Ce que ce fichier ne peut pas dire"),
    "cannot-note": Bilingual(
        "Real pay per hour is lower than above, by an amount nobody can read here.",
        "La paie réelle de l’heure est plus basse que ci-dessus, de combien, nul ne peut le "
        "lire ici.",
    ),
    "search": Bilingual(
        "The time spent searching for work, and waiting for it.",
        "Le temps passé à chercher du travail et à l’attendre.",
    ),
    "returned": Bilingual(
        "Work begun and given back unpaid; the file does not hold it, or not its time.",
        "Le travail commencé puis rendu sans paie ; le fichier ne l’a pas, ou pas son temps.",
    ),
    "instructions": Bilingual(
        "Reading instructions before accepting, and unpaid qualification tests.",
        "La lecture des consignes avant d’accepter, et les tests de qualification non payés.",
    ),
    "breaks": Bilingual(
        "Whether a person worked all the time counted: it runs from accepting to handing in.",
        "Si la personne a travaillé tout le temps compté : il va de l’acceptation à la remise.",
    ),
    "fees": Bilingual(
        "What the platform charged on top, and what transfer and exchange cost people.",
        "Ce que la plateforme a pris en plus, et ce que virement et change ont coûté aux gens.",
    ),
    "bonuses": Bilingual("Bonuses paid later.", "Les primes versées ensuite."),
    "after": Bilingual(
        "What a rejection cost later: a lower approval rate closes work.",
        "Ce qu’un refus a coûté ensuite : un taux d’acceptation plus bas ferme des tâches.",
    ),
    "problems": Bilingual("What could not be read", "Ce qui n’a pas pu être lu"),
    "problem": Bilingual("Problem", "Problème"),
    "column": Bilingual("Column", "Colonne"),
    "at": Bilingual("Line", "Ligne"),
    "and-more": Bilingual("{n} more.", "{n} autres."),
    "source": Bilingual(
        "Source: {file}, {rows} rows. Computed by Canut, on this computer; nothing was sent.",
        "Source : {file}, {rows} rangées. Calculé par Canut, sur cet ordinateur ; rien n’a été "
        "envoyé.",
    ),
    "unknown": Bilingual("unknown", "inconnu"),
}
NARROW, WIDE = "\u202f", "\u00a0"


class Voice:
    """One language: its sentences and its figures."""

    def __init__(self, language: str) -> None:
        self.is_french = language.startswith("fr")
        self.language = "fr" if self.is_french else "en"

    def say(self, sentence: str, /, **facts: str) -> str:
        """Say a sentence of the table with its facts."""
        words = SAID[sentence]
        text = (words.fr if self.is_french else words.en).format_map(facts)
        if not self.is_french:
            return text
        for mark in ";?!":
            text = text.replace(f" {mark}", f"{NARROW}{mark}")
        for before, after in ((" :", ":"), (" »", "»")):
            text = text.replace(before, f"{WIDE}{after}")
        return text.replace("« ", f"«{WIDE}").replace(" %", f"{WIDE}%")

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number, its thousands apart.

        >>> Voice("fr").number(12345.678, 2), Voice("en").number(12345.678, 2)
        ('12\u202f345,68', '12,345.68')
        """
        text = f"{value:,.{decimals}f}".replace("-", "\u2212")
        return text.replace(",", NARROW).replace(".", ",") if self.is_french else text

    def share(self, value: float) -> str:
        """Write a share of 1 as a percentage."""
        return f"{self.number(100 * value)}{WIDE if self.is_french else ''}%"

    def hours(self, value: float) -> str:
        """Write a number of hours."""
        return self.number(value, 1)

    def amount(self, money: Money) -> str:
        """Write an amount without its currency."""
        return self.number(float(money.decimal), minor_decimals(money.currency))

    def money(self, money: Money) -> str:
        """Write an amount with its currency's code, which no other currency shares."""
        return f"{self.amount(money)}{WIDE}{money.currency}"

    def interval(self, low: float, high: float, decimals: int = 2) -> str:
        """Write both ends of an interval."""
        return f"[{self.number(low, decimals)} – {self.number(high, decimals)}]"
