"""Hold the sentences in which decisions about people are told, in English and in French.

Each says what was decided, by what, and what it changes for the person; braces hold facts, which
``explain`` writes. What is against a person says that time stays paid and until when to appeal.
"""

from typing import NamedTuple


class Saying(NamedTuple):
    """One case in both languages."""

    en: str
    fr: str


BY_PEOPLE: dict[str, Saying] = {
    "rejection": Saying(
        "{who} did not accept your answer to task {task} of “{project}”: {reason}. Its piece "
        "price, {piece_micro}, is taken back; your time stays paid. You can appeal until "
        "{appeal_day}.",
        "{who} n’a pas retenu votre réponse à la tâche {task} de « {project} » : {reason}. Son "
        "prix à la pièce, {piece_micro}, est repris ; votre temps reste payé. Recours possible "
        "jusqu’au {appeal_day}.",
    ),
    "rejection-unpaid": Saying(
        "{who} did not accept your answer to task {task} of “{project}”: {reason}. Your pay does "
        "not change. You can appeal until {appeal_day}.",
        "{who} n’a pas retenu votre réponse à la tâche {task} de « {project} » : {reason}. Votre "
        "paie ne change pas. Recours possible jusqu’au {appeal_day}.",
    ),
    "restriction": Saying(
        "{who} limits you to {daily} tasks a day in “{project}”, from {from_day} to {until_day}: "
        "{reason}. What you did stays paid. You can appeal until {appeal_day}.",
        "{who} vous limite à {daily} tâches par jour dans « {project} », du {from_day} au "
        "{until_day} : {reason}. Ce que vous avez fait reste payé. Recours possible jusqu’au "
        "{appeal_day}.",
    ),
    "suspension": Saying(
        "{who} lends you no task in “{project}” from {from_day} to {until_day}: {reason}. What "
        "you did stays paid, and your record stays yours. You can appeal until {appeal_day}.",
        "{who} ne vous prête plus de tâche dans « {project} » du {from_day} au {until_day} : "
        "{reason}. Ce que vous avez fait reste payé, et vos traces restent les vôtres. Recours "
        "possible jusqu’au {appeal_day}.",
    ),
    "closure": Saying(
        "{who} ended your work in “{project}”: {reason}. What you did stays paid, and your record "
        "stays yours. You can appeal until {appeal_day}.",
        "{who} a mis fin à votre travail dans « {project} » : {reason}. Ce que vous avez fait "
        "reste payé, et vos traces restent les vôtres. Recours possible jusqu’au {appeal_day}.",
    ),
    "closure-wish": Saying(
        "{who} noted that you no longer wish to work in “{project}”, and ended it. What you did "
        "stays paid. If you did not ask for it, appeal until {appeal_day}.",
        "{who} a noté que vous ne souhaitez plus travailler dans « {project} », et y a mis fin. "
        "Ce que vous avez fait reste payé. Si vous ne l’avez pas demandé, recours possible "
        "jusqu’au {appeal_day}.",
    ),
    "time-refused": Saying(
        "{who} did not accept {refused_ms} of your time in “{project}”: {reason}. The rest of "
        "your time is paid. You can appeal until {appeal_day}.",
        "{who} n’a pas retenu {refused_ms} de votre temps dans « {project} » : {reason}. Le reste "
        "de votre temps est payé. Recours possible jusqu’au {appeal_day}.",
    ),
    "time-granted": Saying(
        "{who} looked at {granted_ms} of your time and accepted it. It is paid.",
        "{who} a regardé {granted_ms} de votre temps et l’a accepté. C’est payé.",
    ),
    "taken-back": Saying(
        "{who} took the decision back: {reason}. What it changed for you is undone.",
        "{who} a retiré la décision : {reason}. Ce qu’elle changeait pour vous est défait.",
    ),
    "corrected-lifted": Saying(
        "{who} corrected what the decision rested on: {name} is {now}, not {was}. With that the "
        "decision does not stand; what it changed for you is undone.",
        "{who} a corrigé ce sur quoi reposait la décision : {name} vaut {now}, et non {was}. La "
        "décision ne tient plus ; ce qu’elle changeait pour vous est défait.",
    ),
    "corrected-stands": Saying(
        "{who} corrected what the decision rested on: {name} is {now}, not {was}. The decision "
        "stands, for the reasons given in the answer to your appeal.",
        "{who} a corrigé ce sur quoi reposait la décision : {name} vaut {now}, et non {was}. La "
        "décision tient, pour les raisons données en réponse à votre recours.",
    ),
}

BY_RULES: dict[str, Saying] = {
    "time-held-item": Saying(
        "{held_ms} on one task of “{project}” waits for a person to look at it: it took "
        "{seen_ms}, more than {limit_ms}, the usual time for you several times over. It is paid "
        "unless a person gives you written reasons within 7 days.",
        "{held_ms} sur une tâche de « {project} » attendent qu’une personne les regarde : elle a "
        "pris {seen_ms}, plus de {limit_ms}, plusieurs fois le temps habituel pour vous. C’est "
        "payé, sauf raisons écrites d’une personne dans les 7 jours.",
    ),
    "time-held-period": Saying(
        "{held_ms} in “{project}” waits for a person to look at it: your tasks of this period "
        "came to {seen_ms}, over {limit_ms}. It is paid unless a person gives you written reasons "
        "within 7 days.",
        "{held_ms} dans « {project} » attendent qu’une personne les regarde : vos tâches de cette "
        "période font {seen_ms}, plus de {limit_ms}. C’est payé, sauf raisons écrites d’une "
        "personne dans les 7 jours.",
    ),
    "time-held-claim": Saying(
        "{held_ms} that you claimed waits for a person to look at it: it would bring the period "
        "over {limit_ms}. It is paid unless a person gives you written reasons within 7 days.",
        "{held_ms} que vous avez déclarés attendent qu’une personne les regarde : la période "
        "dépasserait {limit_ms}. C’est payé, sauf raisons écrites d’une personne dans les 7 jours.",
    ),
    "not-lent-exposure-day": Saying(
        "No task of “{project}” now: today’s share of hard content is used up ({seen} of "
        "{limit}). Other projects stay open to you, and this one opens again tomorrow.",
        "Pas de tâche de « {project} » pour l’instant : la part de contenus éprouvants du jour "
        "est atteinte ({seen} sur {limit}). Les autres projets vous restent ouverts, celui-ci "
        "rouvre demain.",
    ),
    "not-lent-exposure-week": Saying(
        "No task of “{project}” now: this week’s share of hard content is used up ({seen} of "
        "{limit}). Other projects stay open to you.",
        "Pas de tâche de « {project} » pour l’instant : la part de contenus éprouvants de la "
        "semaine est atteinte ({seen} sur {limit}). Les autres projets vous restent ouverts.",
    ),
    "not-lent-exposure-break": Saying(
        "A break of {break_ms}, paid, before the next task of “{project}”: {seen} hard contents "
        "came in a row.",
        "Une pause de {break_ms}, payée, avant la prochaine tâche de « {project} » : {seen} "
        "contenus éprouvants se sont suivis.",
    ),
    "not-lent-hours-day": Saying(
        "No new task now: you have worked {limit_ms} today, the most Canut offers in a day. Your "
        "time is paid.",
        "Pas de nouvelle tâche pour l’instant : vous avez travaillé {limit_ms} aujourd’hui, le "
        "plus que Canut propose en un jour. Votre temps est payé.",
    ),
    "not-lent-hours-week": Saying(
        "No new task now: you have worked {limit_ms} this week, the most Canut offers in a week. "
        "Your time is paid.",
        "Pas de nouvelle tâche pour l’instant : vous avez travaillé {limit_ms} cette semaine, le "
        "plus que Canut propose en une semaine. Votre temps est payé.",
    ),
    "not-lent-meal": Saying(
        "{break_ms} for a meal before the next task: you have worked {seen_ms} without one.",
        "{break_ms} pour un repas avant la prochaine tâche : vous avez travaillé {seen_ms} sans "
        "en prendre.",
    ),
    "not-lent-rest": Saying(
        "No new task until you have had {rest_ms} of rest in a row this week.",
        "Pas de nouvelle tâche avant {rest_ms} de repos de suite cette semaine.",
    ),
    "not-lent-practice": Saying(
        "Your first task in “{project}” is one for practice: its answer is explained to you, "
        "paid, and never counted. The others follow as soon as you answer it or pass it by.",
        "Votre première tâche dans « {project} » sert à s’exercer : sa réponse vous est "
        "expliquée, payée, et ne compte jamais. Les autres suivent dès que vous y répondez ou la "
        "passez.",
    ),
    "not-lent-language": Saying(
        "“{project}” asks for one of these languages: {asked}. You say you work in: {spoken}. Say "
        "so if that is wrong, and tasks come at once.",
        "« {project} » demande une de ces langues : {asked}. Vous dites travailler en : {spoken}. "
        "Dites-le si c’est faux, et les tâches arrivent aussitôt.",
    ),
    "not-lent-qualification": Saying(
        "“{project}” asks for {asked_share} of the checks of “{earned_in}” right, surely. You have "
        "{right} of {answered} right, surely at least {low_share}. Each check you meet there "
        "counts.",
        "« {project} » demande {asked_share} de bonnes réponses sûres aux tâches témoins de "
        "« {earned_in} ». Vous en avez {right} sur {answered}, soit au moins {low_share} à coup "
        "sûr. Chaque tâche témoin que vous y rencontrez compte.",
    ),
    "not-lent-team": Saying(
        "“{project}” is for the people of “{team}”. Nothing you did counts against you.",
        "« {project} » est pour l’équipe de « {team} ». Rien de ce que vous avez fait n’est en "
        "cause.",
    ),
    "not-lent-place": Saying(
        "A law asks that “{project}” be done from one place ({asked}): {law}",
        "Une loi demande que « {project} » soit fait depuis un lieu précis ({asked}) : {law}",
    ),
    "not-lent-barred": Saying(
        "This project asks for something you do not have yet.",
        "Ce projet demande quelque chose que vous n’avez pas encore.",
    ),
    "not-lent-cap": Saying(
        "You have done as many tasks as this project gives one person. Thank you.",
        "Vous avez fait autant de tâches que ce projet en confie à une personne. Merci.",
    ),
    "not-lent-cap-day": Saying(
        "You have done as many tasks as this project gives one person in 24 hours. Come back "
        "later.",
        "Vous avez fait autant de tâches que ce projet en confie à une personne en 24 heures. "
        "Revenez plus tard.",
    ),
    "quality-apart": Saying(
        "In “{project}”, {seen_share} of {compared} answers of yours agree with the others’ "
        "(between {low_share} and {high_share}); usual is {usual_share}. You may be alone and "
        "right: a person reads before anything follows, and your pay does not change.",
        "Dans « {project} », {seen_share} de vos {compared} réponses rejoignent celles des autres "
        "(entre {low_share} et {high_share}) ; l’habituel est {usual_share}. On peut avoir raison "
        "seul : une personne relit avant toute suite, et votre paie ne change pas.",
    ),
    "quality-random": Saying(
        "In “{project}”, {compared} answers of yours agree with the others’ about as often as "
        "answers dealt at random would ({seen_share}; usual is {usual_share}). A person reads "
        "before anything follows, and your pay does not change.",
        "Dans « {project} », {compared} de vos réponses rejoignent celles des autres à peu près "
        "comme des réponses tirées au hasard ({seen_share} ; l’habituel est {usual_share}). Une "
        "personne relit avant toute suite, et votre paie ne change pas.",
    ),
    "quality-known": Saying(
        "In “{project}”, {hits} of {compared} tasks whose answer was known before match it "
        "(between {low_share} and {high_share}); usual is {usual_share}. The known answer may be "
        "wrong: a person reads before anything follows, and your pay does not change.",
        "Dans « {project} », {hits} tâches sur {compared} dont la réponse était connue d’avance "
        "lui correspondent (entre {low_share} et {high_share}) ; l’habituel est {usual_share}. La "
        "réponse connue peut être fausse : une personne relit avant toute suite, et votre paie ne "
        "change pas.",
    ),
    "price-proposed": Saying(
        "The price of one answer in “{project}” would have to be {piece_micro} for {share_share} "
        "of people to reach the floor without a top-up.",
        "Le prix d’une réponse dans « {project} » devrait être de {piece_micro} pour que "
        "{share_share} des personnes atteignent le plancher sans complément.",
    ),
}

AROUND: dict[str, Saying] = {
    "appeal-received": Saying(
        "Your appeal is received. A person who did not take the decision, and does not belong to "
        "the client, answers in writing by {due_day}; if nobody does, you win.",
        "Votre recours est reçu. Une personne qui n’a pas pris la décision, et n’est pas du "
        "client, répond par écrit d’ici le {due_day} ; si personne ne le fait, vous l’emportez.",
    ),
    "appeal-received-nobody": Saying(
        "Your appeal is received. Nobody here is independent of the client and of the decision, "
        "so nobody can uphold it: unless it is taken back sooner, you win on {due_day}.",
        "Votre recours est reçu. Personne ici n’est indépendant du client et de la décision, donc "
        "personne ne peut la maintenir : si elle n’est pas retirée avant, vous l’emportez le "
        "{due_day}.",
    ),
    "appeal-won-by-waiting": Saying(
        "Nobody answered your appeal within 14 days: you win. What the decision changed for you "
        "is undone.",
        "Personne n’a répondu à votre recours en 14 jours : vous l’emportez. Ce que la décision "
        "changeait pour vous est défait.",
    ),
}

SAYINGS: dict[str, Saying] = {**BY_PEOPLE, **BY_RULES, **AROUND}

FACTS: dict[str, Saying] = {
    "accepted_ms": Saying("time accepted", "temps retenu"),
    "answer": Saying("the answer", "la réponse"),
    "claimed_ms": Saying("time claimed", "temps déclaré"),
    "compared": Saying("answers compared", "réponses comparées"),
    "daily": Saying("tasks a day", "tâches par jour"),
    "day": Saying("hard contents of the day", "contenus éprouvants du jour"),
    "day_limit": Saying("limit of the day", "limite du jour"),
    "day_limit_ms": Saying("limit of the day", "limite du jour"),
    "item_cap": Saying("limit of a task", "limite d’une tâche"),
    "period_cap": Saying("limit of the period", "limite de la période"),
    "run_limit": Saying("limit without a break", "limite sans pause"),
    "week_limit_ms": Saying("limit of the week", "limite de la semaine"),
    "days": Saying("days", "jours"),
    "days_waited": Saying("days waited", "jours d’attente"),
    "held_ms": Saying("time held back", "temps mis de côté"),
    "high_share": Saying("at most", "au plus"),
    "hits": Saying("known answers matched", "réponses connues retrouvées"),
    "limit_ms": Saying("the limit", "la limite"),
    "low_share": Saying("at least", "au moins"),
    "piece_micro": Saying("piece price", "prix à la pièce"),
    "policy": Saying("rules followed", "règles suivies"),
    "practised": Saying("practice tasks done", "tâches d’exercice faites"),
    "room_ms": Saying("room under the limit", "place sous la limite"),
    "seen_ms": Saying("time measured", "temps mesuré"),
    "seen_share": Saying("agreement with the others", "accord avec les autres"),
    "streak": Saying("hard contents in a row", "contenus éprouvants de suite"),
    "task": Saying("the task", "la tâche"),
    "usual_share": Saying("usual here", "habituel ici"),
    "week": Saying("hard contents of the week", "contenus éprouvants de la semaine"),
    "week_limit": Saying("limit of the week", "limite de la semaine"),
    "week_ms": Saying("time worked this week", "temps travaillé cette semaine"),
    "window_ms": Saying("limit of the period", "limite de la période"),
    "worst": Saying("hardest contents", "contenus les plus durs"),
}


def fact_named(name: str) -> Saying:
    """Return what a fact is called; one without words keeps its name.

    >>> fact_named("task").fr, fact_named("mood").fr
    ('la tâche', 'mood')
    """
    return FACTS.get(name, Saying(name, name))
