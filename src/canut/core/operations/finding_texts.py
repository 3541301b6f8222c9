"""What a finding says to whoever runs the instance: what is so, and the next step; FR and EN."""

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from canut.core.operations.findings import Finding, Level

WIDTH = 79


class FindingText(NamedTuple):
    """What is so and the next step, in one language."""

    what: str
    do: str


class Bilingual(NamedTuple):
    """The same words in both languages."""

    en: FindingText
    fr: FindingText


SAID: dict[str, Bilingual] = {
    "setting-malformed": Bilingual(
        FindingText("A setting cannot be read: {problem}.", "Correct it, then start again."),
        FindingText(
            "Un réglage ne peut pas être lu : {problem}.", "Corrigez-le, puis recommencez."
        ),
    ),
    "library-absent": Bilingual(
        FindingText("The library {name} is not installed.", "Install Canut again: canut[server]."),
        FindingText(
            "La bibliothèque {name} n’est pas installée.", "Réinstallez Canut : canut[server]."
        ),
    ),
    "library-version": Bilingual(
        FindingText(
            "{name} is at version {installed}; Canut asks for {wanted}.",
            "Install Canut again, with the versions it was tested with.",
        ),
        FindingText(
            "{name} est en version {installed} ; Canut demande {wanted}.",
            "Réinstallez Canut, avec les versions avec lesquelles il a été essayé.",
        ),
    ),
    "pages-unbuilt": Bilingual(
        FindingText(
            "The browser part was not built: pages would come without style or workbench.",
            "Install Canut again without CANUT_SKIP_FRONTEND.",
        ),
        FindingText(
            "La partie du navigateur n’est pas construite : les pages viendraient sans style ni "
            "établi.",
            "Réinstallez Canut sans CANUT_SKIP_FRONTEND.",
        ),
    ),
    "folder-unwritable": Bilingual(
        FindingText(
            "The data folder {folder} cannot be written: {problem}.",
            "Give it to the user who runs Canut, or name another one in CANUT_DATA.",
        ),
        FindingText(
            "Le dossier des données {folder} ne peut pas être écrit : {problem}.",
            "Donnez-le au compte qui lance Canut, ou nommez-en un autre dans CANUT_DATA.",
        ),
    ),
    "folder-open": Bilingual(
        FindingText(
            "Other users of this machine can look into the data folder.",
            "Close it: chmod 700 {folder}",
        ),
        FindingText(
            "D’autres comptes de cette machine peuvent regarder dans le dossier des données.",
            "Fermez-le : chmod 700 {folder}",
        ),
    ),
    "key-open": Bilingual(
        FindingText(
            "Other users of this machine can read the secret key, and so sign in as anybody.",
            "Close it: chmod 600 {folder}/secret.key",
        ),
        FindingText(
            "D’autres comptes de cette machine peuvent lire la clé secrète, et donc entrer au nom "
            "de n’importe qui.",
            "Fermez-la : chmod 600 {folder}/secret.key",
        ),
    ),
    "key-short": Bilingual(
        FindingText(
            "The secret key has only {characters} characters.",
            "Give CANUT_SECRET_KEY 50 random characters before people work: all sign in "
            "again, and what is sealed under the old key opens with it alone.",
        ),
        FindingText(
            "La clé secrète n’a que {characters} caractères.",
            "Donnez à CANUT_SECRET_KEY 50 caractères au hasard avant que l’on travaille : chacun "
            "se reconnectera, et ce qui est scellé sous l’ancienne clé ne s’ouvre qu’avec elle.",
        ),
    ),
    "key-another": Bilingual(
        FindingText(
            "This secret key is not the one this database was made with: sessions and invitation "
            "links made elsewhere do not open here.",
            "Use the same key on every machine; if it was changed on purpose, run canut migrate.",
        ),
        FindingText(
            "Cette clé secrète n’est pas celle avec laquelle cette base a été faite : les sessions "
            "et invitations faites ailleurs ne s’ouvrent pas ici.",
            "Utilisez la même clé sur chaque machine ; si elle a changé exprès, lancez canut "
            "migrate.",
        ),
    ),
    "space-none": Bilingual(
        FindingText(
            "Only {mib} MiB are free where the data are; answers will soon be refused.",
            "Free some space, or move the data folder to a larger disk.",
        ),
        FindingText(
            "Il ne reste que {mib} Mio là où sont les données ; des réponses seront bientôt "
            "refusées.",
            "Libérez de la place, ou déplacez le dossier des données sur un plus grand disque.",
        ),
    ),
    "space-little": Bilingual(
        FindingText(
            "{mib} MiB are free; a copy and a migration need up to {wanted} MiB.",
            "Free some space before the next canut migrate.",
        ),
        FindingText(
            "Il reste {mib} Mio ; une copie et une migration en demandent jusqu’à {wanted}.",
            "Libérez de la place avant le prochain canut migrate.",
        ),
    ),
    "database-silent": Bilingual(
        FindingText(
            "The database does not answer: {problem}.",
            "Start it, and check the address, name and password in DATABASE_URL.",
        ),
        FindingText(
            "La base ne répond pas : {problem}.",
            "Démarrez-la, et vérifiez l’adresse, le nom et le mot de passe dans DATABASE_URL.",
        ),
    ),
    "database-version": Bilingual(
        FindingText(
            "{name} is at version {version}; Canut needs {least} or newer.",
            "Bring {name} up to date.",
        ),
        FindingText(
            "{name} est en version {version} ; il faut {least} ou plus récent.",
            "Mettez {name} à jour.",
        ),
    ),
    "database-new": Bilingual(
        FindingText("There is no Canut database here yet.", "Make it: canut migrate"),
        FindingText("Il n’y a pas encore de base Canut ici.", "Créez-la : canut migrate"),
    ),
    "database-newer": Bilingual(
        FindingText(
            "The database was made by a newer Canut (it has {migration}).",
            "Install that version, or restore a copy made before it.",
        ),
        FindingText(
            "La base vient d’un Canut plus récent (elle a {migration}).",
            "Installez cette version, ou reprenez une copie faite avant.",
        ),
    ),
    "database-older": Bilingual(
        FindingText(
            "The database is older than this Canut; changes that wait: {changes}.",
            "Apply them: canut migrate (it makes a copy first).",
        ),
        FindingText(
            "La base est plus ancienne que ce Canut : {changes} changements attendent.",
            "Appliquez-les : canut migrate (qui fait d’abord une copie).",
        ),
    ),
    "url-malformed": Bilingual(
        FindingText(
            "CANUT_URL is “{url}”, which is not an address people could open.",
            "Write it whole and without a path: https://canut.example.org",
        ),
        FindingText(
            "CANUT_URL vaut « {url} », ce qui n’est pas une adresse qu’on puisse ouvrir.",
            "Écrivez-la en entier et sans chemin : https://canut.example.org",
        ),
    ),
    "url-plain": Bilingual(
        FindingText(
            "People come by {url}, without https: passwords and sessions can be read on the way, "
            "and passkeys do not work.",
            "Put a proxy with TLS in front, then set CANUT_URL=https://{host}",
        ),
        FindingText(
            "On vient par {url}, sans https : mots de passe et sessions peuvent être lus en "
            "chemin, et les clés d’accès ne marchent pas.",
            "Mettez devant un mandataire avec TLS, puis CANUT_URL=https://{host}",
        ),
    ),
    "url-local": Bilingual(
        FindingText(
            "Only this machine can come, by {url}. Passkeys work under the name localhost alone.",
            "To let others in, set CANUT_URL to an https address.",
        ),
        FindingText(
            "Seule cette machine peut venir, par {url}. Les clés d’accès ne marchent que sous le "
            "nom localhost.",
            "Pour laisser entrer d’autres gens, donnez à CANUT_URL une adresse https.",
        ),
    ),
    "mail-none": Bilingual(
        FindingText(
            "No mail leaves: messages stay in the pages, and links are shown to be handed on.",
            "Nothing is missing without it. To send mail, set EMAIL_URL.",
        ),
        FindingText(
            "Aucun courriel ne part : les messages restent dans les pages, et les liens sont "
            "affichés pour être remis.",
            "Rien ne manque sans lui. Pour envoyer des courriels, réglez EMAIL_URL.",
        ),
    ),
    "mail-fails": Bilingual(
        FindingText(
            "Letters that never left, however often they were tried: {letters}.",
            "Check the address, name and password in EMAIL_URL.",
        ),
        FindingText(
            "Courriels jamais partis, malgré plusieurs essais : {letters}.",
            "Vérifiez l’adresse, le nom et le mot de passe dans EMAIL_URL.",
        ),
    ),
    "clock-apart": Bilingual(
        FindingText(
            "This machine’s clock is {seconds} s apart from that of the database.",
            "Let both follow a time server; time worked is paid by this clock.",
        ),
        FindingText(
            "L’horloge de cette machine est à {seconds} s de celle de la base.",
            "Réglez les deux sur un serveur de temps ; le temps travaillé est payé d’après elle.",
        ),
    ),
    "clock-behind": Bilingual(
        FindingText(
            "The newest record is {seconds} s ahead of this machine’s clock.",
            "Let the clock follow a time server; time worked is paid by it.",
        ),
        FindingText(
            "La dernière inscription est en avance de {seconds} s sur l’horloge de cette machine.",
            "Réglez l’horloge sur un serveur de temps ; le temps travaillé est payé d’après elle.",
        ),
    ),
    "jobs-none": Bilingual(
        FindingText(
            "No process runs the background jobs; waiting: {waiting}.",
            "Start canut work, or canut serve --with-jobs.",
        ),
        FindingText(
            "Aucun processus ne fait les travaux de fond ; en attente : {waiting}.",
            "Lancez canut work, ou canut serve --with-jobs.",
        ),
    ),
    "jobs-failed": Bilingual(
        FindingText(
            "Background jobs that failed within a week: {jobs}.",
            "Look at what canut work said, then ask for them again from their page.",
        ),
        FindingText(
            "Travaux de fond qui ont échoué en une semaine : {jobs}.",
            "Regardez ce qu’a dit canut work, puis redemandez-les depuis leur page.",
        ),
    ),
    "places-unreadable": Bilingual(
        FindingText("A file in places/ cannot be read: {problem}.", "Correct it, or take it away."),
        FindingText(
            "Un fichier de places/ ne peut pas être lu : {problem}.", "Corrigez-le, ou ôtez-le."
        ),
    ),
    "parameters-over": Bilingual(
        FindingText(
            "Labour figures ended on {day}, and pay that needs them is refused: {values}, of "
            "{places}.",
            "Read their sources again: page Floors and rates.",
        ),
        FindingText(
            "Des chiffres du travail ont pris fin le {day}, et la paie qui en dépend est "
            "refusée : {values}, de {places}.",
            "Relisez leurs sources : page Planchers et taux.",
        ),
    ),
    "parameters-ending": Bilingual(
        FindingText(
            "Labour figures end on {day}: {values}, of {places}.",
            "Read their sources again before then: page Floors and rates.",
        ),
        FindingText(
            "Des chiffres du travail prennent fin le {day} : {values}, de {places}.",
            "Relisez leurs sources d’ici là : page Planchers et taux.",
        ),
    ),
    "copy-programs": Bilingual(
        FindingText(
            "pg_dump and pg_restore are not here: no copy can be made or brought back.",
            "Install PostgreSQL’s client programs, of the server’s version.",
        ),
        FindingText(
            "pg_dump et pg_restore ne sont pas là : on ne peut ni copier ni reprendre une copie.",
            "Installez les programmes clients de PostgreSQL, de la version du serveur.",
        ),
    ),
    "copy-never": Bilingual(
        FindingText("No copy was ever made of this instance.", "Make one: canut backup FILE.tar"),
        FindingText(
            "Aucune copie de cette instance n’a été faite.", "Faites-en une : canut backup FILE.tar"
        ),
    ),
    "copy-old": Bilingual(
        FindingText(
            "The last copy is {days} days old: as many days of work would be lost with the disk.",
            "Make one: canut backup FILE.tar, each day and kept elsewhere.",
        ),
        FindingText(
            "La dernière copie a {days} jours : autant de jours de travail seraient perdus avec le "
            "disque.",
            "Faites-en une : canut backup FILE.tar, chaque jour et gardée ailleurs.",
        ),
    ),
    "keys-open": Bilingual(
        FindingText(
            "Other users of this machine can read keys of copies.",
            "Close them: chmod 600 {folder}/*.keys",
        ),
        FindingText(
            "D’autres comptes de cette machine peuvent lire des clés de copies.",
            "Fermez-les : chmod 600 {folder}/*.keys",
        ),
    ),
    "keys-beside": Bilingual(
        FindingText(
            "Keys of copies lie in {folder} beside the copies: whoever takes one takes both, and "
            "the keys stay as long as the copies do.",
            "Name another folder in CANUT_BACKUP_KEYS, and move the .keys files there.",
        ),
        FindingText(
            "Des clés de copies sont dans {folder}, à côté des copies : qui prend l’une prend "
            "l’autre, et les clés restent aussi longtemps que les copies.",
            "Nommez un autre dossier dans CANUT_BACKUP_KEYS et déplacez-y les fichiers .keys.",
        ),
    ),
}
HEADINGS = {
    Level.BROKEN: ("Does not work", "Ne marche pas"),
    Level.LOOK: ("Should be looked at", "À regarder"),
    Level.KNOW: ("Good to know", "Bon à savoir"),
}
ALL_WELL = ("All is well.", "Tout va bien.")


def format_finding(finding: Finding, *, in_french: bool) -> FindingText:
    """Return what a finding says, with its figures."""
    said = SAID[finding.code]
    words = said.fr if in_french else said.en
    return FindingText(words.what.format(**finding.facts), words.do.format(**finding.facts))


def page(findings: Sequence[Finding], *, in_french: bool) -> str:
    """Write findings as plain text for a terminal, what matters most first."""
    side = int(in_french)
    lines: list[str] = []
    for level, heading in HEADINGS.items():
        here = [one for one in findings if one.level == level]
        lines += ["", heading[side]] if here else []
        for one in here:
            what, do = format_finding(one, in_french=in_french)
            lines += wrap(what, WIDTH, initial_indent="- ", subsequent_indent="  ")
            lines += wrap(f"→ {do}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    if not any(one.level != Level.KNOW for one in findings):
        lines = [ALL_WELL[side], *lines]
    return "\n".join(lines).strip() + "\n"
