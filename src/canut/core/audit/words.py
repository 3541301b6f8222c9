"""What an audit says, in French and in English: one table of sentences, and how figures look."""

from typing import NamedTuple

from canut.core.money import Money, minor_decimals


class Words(NamedTuple):
    """The same words in both languages."""

    en: str
    fr: str


SAID: dict[str, Words] = {
    "title": Words("Audit of {file}", "Audit de {file}"),
    "what": Words(
        "{source}: {rows} rows, {people} people, {assignments} pieces of work.",
        "{source} : {rows} rangées, {people} personnes, {assignments} travaux rendus.",
    ),
    "columns": Words("Columns named by hand", "Colonnes nommées à la main"),
    "pay": Words("What people earned", "Ce que les gens ont gagné"),
    "pay-note": Words(
        "Paid amounts over all time handed in, rejected work included.",
        "Les montants payés sur tout le temps rendu, travail refusé compris.",
    ),
    "finding": Words(
        "Half of the people earned less than {p50} an hour.",
        "La moitié des gens ont gagné moins de {p50} de l’heure.",
    ),
    "finding-floor": Words(
        "{people} of {all} people earned less than {floor} an hour.",
        "{people} personnes sur {all} ont gagné moins de {floor} de l’heure.",
    ),
    "per-hour": Words("Per hour, {currency}", "Par heure, {currency}"),
    "median": Words("median", "médiane"),
    "by-person": Words("by person ({n})", "par personne ({n})"),
    "by-hour": Words("by hour worked ({n} h)", "par heure travaillée ({n} h)"),
    "once": Words(
        "by person, at most: tasks held at once counted once",
        "par personne, au plus : tâches tenues ensemble comptées une fois",
    ),
    "under": Words(
        "Under {floor}: {people} people ({people_share}) and {hours} h ({hours_share} of the "
        "hours). {missing} more would have brought each of them up to it.",
        "Sous {floor} : {people} personnes ({people_share}) et {hours} h ({hours_share} des "
        "heures). Il aurait fallu {missing} de plus pour amener chacune au plancher.",
    ),
    "rejected": Words(
        "Rejected and unpaid: {n} pieces of work by {people} people, {hours} h, {price}.",
        "Refusé et non payé : {n} travaux de {people} personnes, {hours} h, {price}.",
    ),
    "no-rejected": Words("Nothing was rejected.", "Rien n’a été refusé."),
    "waiting": Words(
        "{n} pieces of work wait to be judged; they are counted as paid.",
        "{n} travaux attendent d’être jugés ; ils sont comptés comme payés.",
    ),
    "untold": Words(
        "{n} pieces of work have no time or no price and are left out of these figures.",
        "{n} travaux sont sans temps ou sans prix et ne sont pas dans ces chiffres.",
    ),
    "given-back": Words(
        "{n} pieces of work were skipped or ran out; they count for nothing here.",
        "{n} travaux ont été passés ou ont expiré ; ils ne comptent pas ici.",
    ),
    "no-pay": Words(
        "The file has no times with prices: pay per hour is unknown. Give --reward, or name the "
        "columns.",
        "Le fichier n’a pas de temps avec un prix : la paie de l’heure est inconnue. Donnez "
        "--reward, ou nommez les colonnes.",
    ),
    "chart-spread": Words(
        "Pay per hour: from the 10th to the 90th percentile, the dot is the median.",
        "Paie de l’heure : du 10ᵉ au 90ᵉ centile, le point est la médiane.",
    ),
    "chart-people": Words("People by pay per hour", "Personnes selon la paie de l’heure"),
    "floor": Words("floor {floor}", "plancher {floor}"),
    "labels": Words("What the answers say", "Ce que disent les réponses"),
    "labels-note": Words(
        "One label for each task, how sure, and how far people agree.",
        "Une étiquette par tâche, sa certitude, et l’accord entre les gens.",
    ),
    "question": Words("Question", "Question"),
    "tasks": Words("Tasks", "Tâches"),
    "answers": Words("Answers", "Réponses"),
    "people": Words("People", "Personnes"),
    "sure": Words("Mean confidence", "Certitude moyenne"),
    "alpha": Words("Alpha [95 %]", "Alpha [95 %]"),
    "same": Words("Same answer, pairs", "Même réponse, par paires"),
    "model": Words("“{name}”: model {model}. {why}", "« {name} » : modèle {model}. {why}"),
    "why-known": Words(
        "Known answers had the last word in its choice.",
        "Les réponses connues ont eu le dernier mot dans son choix.",
    ),
    "why-together": Words(
        "People are right and wrong together here; tables of errors would mislead.",
        "Les gens ont raison et tort ensemble ici ; des tables d’erreurs tromperaient.",
    ),
    "why-held-out": Words(
        "Several models are averaged, those that foretell held out answers weigh more.",
        "Plusieurs modèles sont moyennés, ceux qui prédisent des réponses mises de côté pèsent "
        "plus.",
    ),
    "right": Words(
        "“{name}”: found without looking at it, {right} of {cases} known answers are the label.",
        "« {name} » : trouvées sans les regarder, {right} réponses connues sur {cases} sont "
        "l’étiquette.",
    ),
    "replaced": Words(
        "“{name}”: {n} answers were given anew by the same person; the last stands.",
        "« {name} » : {n} réponses données à nouveau par la même personne ; la dernière compte.",
    ),
    "least": Words("“{name}”: the least sure", "« {name} » : les moins sûres"),
    "task": Words("Task", "Tâche"),
    "label": Words("Label", "Étiquette"),
    "confidence": Words("Confidence", "Certitude"),
    "unjudged": Words(
        "“{name}” was not judged: {different} different answers among {answers} look like free "
        "text. Force it with --question.",
        "« {name} » n’a pas été jugée : {different} réponses différentes sur {answers} semblent "
        "du texte libre. Forcez avec --question.",
    ),
    "no-labels": Words("No question could be judged.", "Aucune question n’a pu être jugée."),
    "uncalibrated": Words(
        "No answer is known to set confidence by: where people share a mistake, it is too high.",
        "Aucune réponse connue pour régler la certitude : si les gens partagent une erreur, elle "
        "est trop haute.",
    ),
    "careless": Words("Work to look into", "Travail à regarder de près"),
    "careless-note": Words(
        "Evidence, never a verdict: a person may be alone and right, or have had the hard tasks.",
        "Des indices, jamais un verdict : on peut être seul et avoir raison, ou avoir eu les "
        "tâches difficiles.",
    ),
    "no-careless": Words(
        "Nobody stands out among the {n} people who could be looked at.",
        "Personne ne se détache parmi les {n} personnes qu’on a pu regarder.",
    ),
    "careless-few": Words(
        "{n} people have under {least} answers to compare; nothing is said of them.",
        "{n} personnes ont moins de {least} réponses comparables ; rien n’est dit d’elles.",
    ),
    "careless-nobody": Words(
        "Nobody has {least} answers that can be compared; nothing can be said.",
        "Personne n’a {least} réponses comparables ; on ne peut rien dire.",
    ),
    "person": Words("Person", "Personne"),
    "line": Words("first line", "première ligne"),
    "agreement": Words("Agreement [90 %]", "Accord [90 %]"),
    "random": Words("p, random", "p, au hasard"),
    "random-means": Words(
        "Shown are those far below what is usual, or whose answers could have been dealt at "
        "random: p is the chance that random answers over the same tasks agree as well.",
        "Sont montrées les personnes bien en dessous de l’habituel, ou dont les réponses "
        "pourraient être tirées au hasard : p est la chance que des réponses au hasard sur les "
        "mêmes tâches "
        "s’accordent aussi bien.",
    ),
    "usual": Words(
        "Usual agreement on “{name}”: {share}.", "Accord habituel sur « {name} » : {share}."
    ),
    "calibrated": Words(
        "“{name}”: confidence was set by {n} known answers.",
        "« {name} » : la certitude a été réglée sur {n} réponses connues.",
    ),
    "hide": Words(
        "People are numbered in the order of the file; their names there are personal data.",
        "Les personnes sont numérotées dans l’ordre du fichier ; leurs noms y sont des données "
        "personnelles.",
    ),
    "cannot": Words("What this file cannot tell", "Ce que ce fichier ne peut pas dire"),
    "cannot-note": Words(
        "Real pay per hour is lower than above, by an amount nobody can read here.",
        "La paie réelle de l’heure est plus basse que ci-dessus, de combien, nul ne peut le "
        "lire ici.",
    ),
    "search": Words(
        "The time spent searching for work, and waiting for it.",
        "Le temps passé à chercher du travail et à l’attendre.",
    ),
    "returned": Words(
        "Work begun and given back unpaid; the file does not hold it, or not its time.",
        "Le travail commencé puis rendu sans paie ; le fichier ne l’a pas, ou pas son temps.",
    ),
    "instructions": Words(
        "Reading instructions before accepting, and unpaid qualification tests.",
        "La lecture des consignes avant d’accepter, et les tests de qualification non payés.",
    ),
    "breaks": Words(
        "Whether a person worked all the time counted: it runs from accepting to handing in.",
        "Si la personne a travaillé tout le temps compté : il va de l’acceptation à la remise.",
    ),
    "fees": Words(
        "What the platform charged on top, and what transfer and exchange cost people.",
        "Ce que la plateforme a pris en plus, et ce que virement et change ont coûté aux gens.",
    ),
    "bonuses": Words("Bonuses paid later.", "Les primes versées ensuite."),
    "after": Words(
        "What a rejection cost later: a lower approval rate closes work.",
        "Ce qu’un refus a coûté ensuite : un taux d’acceptation plus bas ferme des tâches.",
    ),
    "problems": Words("What could not be read", "Ce qui n’a pas pu être lu"),
    "problem": Words("Problem", "Problème"),
    "column": Words("Column", "Colonne"),
    "at": Words("Line", "Ligne"),
    "and-more": Words("{n} more.", "{n} autres."),
    "source": Words(
        "Source: {file}, {rows} rows. Computed by Canut, on this computer; nothing was sent.",
        "Source : {file}, {rows} rangées. Calculé par Canut, sur cet ordinateur ; rien n’a été "
        "envoyé.",
    ),
    "unknown": Words("unknown", "inconnu"),
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
