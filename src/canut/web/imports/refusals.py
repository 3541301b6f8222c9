"""Texts of the refusals about files, media and pre-labels."""

from django.utils.translation import gettext_noop

type Pair = tuple[str, str]

STORAGE: dict[str, Pair] = {
    "address-ended": (
        gettext_noop("This address has ended"),
        gettext_noop("It opened a picture for a few minutes. Ask whoever gave it to you again."),
    ),
    "upload-offset": (
        gettext_noop("This part is not the next one"),
        gettext_noop("The file stands at byte %(offset)s. Go on from there."),
    ),
    "upload-longer": (
        gettext_noop("More came than was announced"),
        gettext_noop("The file was to have %(size)s bytes. Send it again from the beginning."),
    ),
    "media-storage": (
        gettext_noop("Pictures cannot be reached"),
        gettext_noop("Whoever runs this instance must look at the setting CANUT_MEDIA."),
    ),
    "nothing-asked": (
        gettext_noop("Nothing is asked yet"),
        gettext_noop("Write the question first: a model’s labels must be among its answers."),
    ),
}
