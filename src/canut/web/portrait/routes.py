"""The addresses of the Portrait: its pages, files, series, trades and deposits."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, OPERATORS, OVERSEERS, SIGNED_IN
from canut.web.portrait import (
    deposit_pages,
    drafts,
    files,
    my_click,
    pages,
    readers,
    series,
    trades,
    words,
)

POST, BOTH = ("POST",), ("GET", "POST")
_R, _S = "portrait/releases/<str:name>/", "portrait/series/<str:figure>"
_E = "portrait/<str:period>/e<whole:edition>/"
_D = "portrait/deposit/"
PORTRAIT: tuple[Route, ...] = (
    Route("portrait/", pages.portrait, "portrait", ANYONE),
    Route("portrait/chapter.<str:form>", files.portrait_chapter, "portrait_chapter", ANYONE),
    Route("portrait/<str:key>.csv", files.portrait_csv, "portrait_csv", ANYONE),
    Route(_D, deposit_pages.deposits, "portrait_deposits", ANYONE),
    Route(_D + "bring", deposit_pages.bring, "portrait_deposit_bring", OPERATORS, POST),
    Route(_D + "<whole:number>/", deposit_pages.deposit, "portrait_deposit", ANYONE),
    Route(
        _D + "<whole:number>/decide",
        deposit_pages.decide,
        "portrait_deposit_decide",
        OPERATORS,
        POST,
    ),
    Route(
        _D + "<whole:number>/package.zip",
        deposit_pages.package,
        "portrait_deposit_package",
        ANYONE,
    ),
    Route("portrait/drafts/<str:name>/", drafts.portrait_draft, "portrait_draft", OVERSEERS),
    Route(
        "portrait/drafts/<str:name>/draft.<str:form>",
        drafts.portrait_draft_file,
        "portrait_draft_file",
        OVERSEERS,
    ),
    Route("account/words/", words.own_words, "account_words", SIGNED_IN, BOTH),
    Route("account/words/back", words.words_back, "account_words_back", SIGNED_IN, POST),
    Route("portrait/words/", words.read_words, "portrait_words", OPERATORS, BOTH),
    Route("portrait/facts/", pages.portrait_facts, "portrait_facts", ANYONE),
    Route("my-click/", my_click.my_click, "my_click", ANYONE),
    Route("portrait/for/", readers.portrait_readers, "portrait_readers", ANYONE),
    Route("portrait/trades/", trades.portrait_trades, "portrait_trades", ANYONE),
    Route("portrait/trades/<slug:code>/", trades.portrait_trade, "portrait_trade", ANYONE),
    Route("portrait/series/", series.portrait_series_index, "portrait_series_index", ANYONE),
    Route(_S + ".csv", series.portrait_series_csv, "portrait_series_csv", ANYONE),
    Route(_S + "/", series.portrait_series, "portrait_series", ANYONE),
    Route("portrait/latest/", pages.portrait_latest, "portrait_latest", ANYONE),
    Route(
        "portrait/latest/<slug:key>/", pages.portrait_latest_chart, "portrait_latest_chart", ANYONE
    ),
    Route(
        "portrait/latest/<slug:key>.<str:form>",
        files.portrait_latest_file,
        "portrait_latest_file",
        ANYONE,
    ),
    Route("portrait/releases/", pages.portrait_releases, "portrait_releases", ANYONE),
    Route(_R, files.portrait_release, "portrait_release", ANYONE),
    Route(_R + "release.json", files.portrait_signed, "portrait_signed", ANYONE),
    Route(_R + "package.zip", files.portrait_package, "portrait_package", ANYONE),
    Route(_R + "<str:key>.csv", files.portrait_release_csv, "portrait_release_csv", ANYONE),
    Route(_E, pages.portrait_edition, "portrait_edition", ANYONE),
    Route(_E + "<slug:key>/", pages.portrait_chart, "portrait_chart", ANYONE),
    Route(_E + "<slug:key>/embed/<str:language>/", files.portrait_embed, "portrait_embed", ANYONE),
    Route(_E + "<slug:key>.<str:form>", files.portrait_file, "portrait_file", ANYONE),
)
