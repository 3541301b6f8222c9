"""The public addresses of datasets: labour cards, and the withdrawal of an item."""

from canut.web.datasets import card_check, cards, withdrawals
from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, DECIDERS

BOTH = ("GET", "POST")
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
