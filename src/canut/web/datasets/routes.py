"""The addresses of datasets: cards, withdrawals, where my answers went, and resales."""

from canut.web.datasets import answer_path, answer_usage, card_check, cards, resales, withdrawals
from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, DECIDERS, REQUESTERS, SIGNED_IN

POST, BOTH = ("POST",), ("GET", "POST")
_P = "projects/<slug:project>/"
DATASETS: tuple[Route, ...] = (
    Route("cards/", cards.cards, "cards", ANYONE),
    Route("cards/verify.html", cards.checker, "card_checker", ANYONE),
    Route("cards/check", card_check.check, "card_check", ANYONE),
    Route("cards/example.zip", card_check.example_file, "card_example", ANYONE),
    Route("cards/example-policy.txt", card_check.example_policy, "card_example_policy", ANYONE),
    Route("cards/<slug:slug>/", cards.card, "card", ANYONE),
    Route("cards/<slug:slug>.<str:form>", cards.card_as, "card_as", ANYONE),
    Route("withdraw/<slug:slug>/", withdrawals.withdraw, "withdraw", ANYONE, BOTH),
    Route("withdraw/request/<str:token>/", withdrawals.private_page, "withdrawal", ANYONE, BOTH),
    Route("withdraw/request/<str:token>/proof.json", withdrawals.proof, "withdrawal_proof", ANYONE),
    Route("withdrawals/", withdrawals.withdrawals, "withdrawals", DECIDERS),
    Route(
        "withdrawals/<whole:number>/",
        withdrawals.withdrawal_case,
        "withdrawals_case",
        DECIDERS,
        BOTH,
    ),
)
ANSWERS: tuple[Route, ...] = (
    Route("account/answers", answer_usage.answers, "answers_went", SIGNED_IN),
    Route(
        "account/answers/<whole:number>", answer_usage.one_project, "answers_went_one", SIGNED_IN
    ),
    Route(
        "account/answers/<whole:number>/<whole:answer>/",
        answer_path.answer_path,
        "answer_path",
        SIGNED_IN,
    ),
    Route("account/answers/erase", answer_usage.erase, "answers_erase", SIGNED_IN, POST),
    Route(
        "account/answers/<whole:number>/credit",
        answer_usage.credit,
        "answers_credit",
        SIGNED_IN,
        POST,
    ),
    Route(
        "account/answers/<whole:number>/places",
        answer_usage.places,
        "answers_went_places",
        SIGNED_IN,
        POST,
        json=True,
    ),
)
RESALES: tuple[Route, ...] = (
    Route(_P + "export/resales", resales.resales, "project_resales", REQUESTERS, BOTH),
    Route(
        _P + "export/resales/<whole:number>",
        resales.decide,
        "project_resale_decide",
        REQUESTERS,
        POST,
    ),
)
