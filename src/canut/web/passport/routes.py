"""The addresses of the passport."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, SIGNED_IN
from canut.web.passport import brought, checking, issuer_files, passport, recognition

POST, BOTH = ("POST",), ("GET", "POST")
_A = "account/passport/"
PASSPORT: tuple[Route, ...] = (
    Route(_A, passport.passport, "passport", SIGNED_IN),
    Route(_A + "make", passport.make, "passport_make", SIGNED_IN, BOTH),
    Route(_A + "<whole:number>/", passport.credential, "passport_credential", SIGNED_IN),
    Route(_A + "<whole:number>/credential.<str:form>", passport.file, "passport_file", SIGNED_IN),
    Route(_A + "<whole:number>/withdraw", passport.withdraw, "passport_withdraw", SIGNED_IN, POST),
    Route(_A + "share", passport.share, "passport_share", SIGNED_IN, POST),
    Route(_A + "share/<whole:number>/end", passport.end, "passport_share_end", SIGNED_IN, POST),
    Route(_A + "bundle", passport.bundle, "passport_bundle", SIGNED_IN, POST),
    Route(_A + "bring", brought.bring, "passport_bring", SIGNED_IN, BOTH),
    Route(_A + "bring/<whole:number>/ask", brought.ask, "passport_bring_ask", SIGNED_IN, POST),
    Route(
        _A + "bring/<whole:number>/delete", brought.delete, "passport_bring_delete", SIGNED_IN, POST
    ),
    Route(_A + "recognition", recognition.recognition, "passport_recognition", SIGNED_IN, BOTH),
    Route(
        _A + "recognition/file.<str:form>", recognition.file, "passport_recognition_file", SIGNED_IN
    ),
    Route(
        _A + "recognition/delete",
        recognition.delete,
        "passport_recognition_delete",
        SIGNED_IN,
        POST,
    ),
    Route("passport/shown/<str:token>", checking.shown, "passport_shown", ANYONE),
    Route("passport/verify", checking.verify, "passport_verify", ANYONE, BOTH),
    Route("passport/did.json", issuer_files.did, "passport_did", ANYONE),
    Route("passport/status/<whole:number>", issuer_files.status, "passport_status", ANYONE),
    Route("passport/skills/<str:key>/<whole:level>", issuer_files.skill, "passport_skill", ANYONE),
    Route("passport/work/<str:key>", issuer_files.work, "passport_work", ANYONE),
    Route("passport/rules/<str:kind>/<str:key>", issuer_files.rule, "passport_rule", ANYONE),
)
