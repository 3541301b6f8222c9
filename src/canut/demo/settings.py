"""Settings of a demo: those of an instance, and its texts in the language of the reader."""

from canut import settings as instance

globals().update({name: value for name, value in vars(instance).items() if name.isupper()})
MIDDLEWARE = [*instance.MIDDLEWARE, "canut.demo.reader_language.ReaderLanguageMiddleware"]
