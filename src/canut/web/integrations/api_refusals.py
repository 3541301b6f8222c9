"""What a refusal of the API says, and of the page of its keys; see ``web.kit.refusals``."""

from django.utils.translation import gettext_noop

API: dict[str, tuple[str, str]] = {
    "key-needed": (
        gettext_noop("A key is needed"),
        gettext_noop("Send the header Authorization: Bearer KEY. A key is made on the page Keys."),
    ),
    "key-unknown": (
        gettext_noop("This key does not work"),
        gettext_noop("It is not one of this instance, or was revoked. Make another one."),
    ),
    "key-over": (
        gettext_noop("This key has ended"),
        gettext_noop("Its last day has passed. Make another one."),
    ),
    "key-role": (
        gettext_noop("This key may not do that"),
        gettext_noop("It is for the role %(role)s; this needs: %(wanted)s. Use another key."),
    ),
    "key-one-project": (
        gettext_noop("This webhook is of the whole organisation"),
        gettext_noop("Use a key of the organisation, not of one project."),
    ),
    "key-days": (
        gettext_noop("A key cannot work that long"),
        gettext_noop("From 1 to %(limit)s days."),
    ),
    "key-missing": (
        gettext_noop("There is no such key"),
        gettext_noop("Look at the list of keys."),
    ),
    "rate-limit": (
        gettext_noop("Too many requests"),
        gettext_noop("At most %(limit)s a minute. Wait %(seconds)s s, then go on."),
    ),
    "api-method": (
        gettext_noop("This address is not asked that way"),
        gettext_noop("Use one of the methods that the header Allow names."),
    ),
    "media-type": (
        gettext_noop("The body is of another type"),
        gettext_noop("Send it as %(wanted)s, and say so in Content-Type."),
    ),
    "bad-body": (
        gettext_noop("The request cannot be used"),
        gettext_noop("Look at the places named in errors. Nothing was changed."),
    ),
    "bad-json": (
        gettext_noop("The body is no JSON"),
        gettext_noop("Check it with a JSON reader. Nothing was changed."),
    ),
    "bad-character": (
        gettext_noop("A character cannot be kept"),
        gettext_noop("Take U+0000 out of the body. Nothing was changed."),
    ),
    "json-too-deep": (
        gettext_noop("The request is nested too deep"),
        gettext_noop("Use at most %(limit)s levels of lists and objects. Nothing was changed."),
    ),
    "json-number": (
        gettext_noop("A number is too large to be kept"),
        gettext_noop("Write %(at)s as text, or use a smaller number. Nothing was changed."),
    ),
    "bad-cursor": (
        gettext_noop("This is not a place in the list"),
        gettext_noop("Begin without a cursor, or send next as it came."),
    ),
    "body-too-large": (
        gettext_noop("That is too much at once"),
        gettext_noop("At most %(limit)s. Send rows as a stream, one object a line, or in pieces."),
    ),
    "idempotency-name": (
        gettext_noop("This Idempotency-Key cannot be kept"),
        gettext_noop("Send 1 to %(limit)s plain characters."),
    ),
    "idempotency-reused": (
        gettext_noop("This Idempotency-Key was used for another request"),
        gettext_noop("Choose a fresh one for a fresh request."),
    ),
    "upload-offset": (
        gettext_noop("The piece does not follow"),
        gettext_noop("%(kept)s bytes are kept. Go on from there."),
    ),
    "upload-finished": (
        gettext_noop("This upload is finished"),
        gettext_noop("Its rows are tasks. Begin another upload for more."),
    ),
    "upload-missing": (
        gettext_noop("There is no such upload"),
        gettext_noop("Unfinished ones are forgotten after a week. Begin another one."),
    ),
    "rows-no": (
        gettext_noop("These are not rows"),
        gettext_noop("Send a list of objects, each with the columns of one task."),
    ),
    "rows-not-jsonl": (
        gettext_noop("These are not rows"),
        gettext_noop("Send one object a line, each with the columns of one task."),
    ),
    "no-organisation": (
        gettext_noop("There is no such organisation"),
        gettext_noop("List those this key reaches, and name one of them."),
    ),
    "export-unknown": (
        gettext_noop("There is no such export"),
        gettext_noop(
            "There are labels, answers, the summary, exports for training, the card and the bundle."
        ),
    ),
    "licence-name": (
        gettext_noop("That is no licence’s name"),
        gettext_noop("Use its SPDX name, such as CC-BY-4.0, or leave it empty."),
    ),
    "bundle-nothing": (
        gettext_noop("Nobody has answered yet"),
        gettext_noop(
            "A labour card tells of work that was done. Come back after the first answer."
        ),
    ),
    "card-none": (
        gettext_noop("There is no labour card yet"),
        gettext_noop("Make the whole dataset once: its card comes with it."),
    ),
    "export-stopped": (
        gettext_noop("The making stopped on the way"),
        gettext_noop("Nothing is lost. Ask for it anew."),
    ),
    "export-unheld": (
        gettext_noop("This export cannot hold what is asked"),
        gettext_noop("“%(what)s” holds something else. Choose among: %(known)s."),
    ),
    "label-studio-unheld": (
        gettext_noop("Label Studio cannot hold what is asked"),
        gettext_noop(
            "It has nothing like the question “%(ask)s”. Take the labels as CSV, JSONL or Parquet."
        ),
    ),
    "export-waiting": (
        gettext_noop("The file is being written"),
        gettext_noop("Ask again soon whether it is there."),
    ),
    "export-failed": (
        gettext_noop("The file could not be written"),
        gettext_noop("Ask for it anew. If it fails again, tell who runs this instance."),
    ),
    "export-gone": (
        gettext_noop("The file is no longer kept"),
        gettext_noop("It is kept a week. Ask for it anew."),
    ),
}
