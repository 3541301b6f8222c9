"""Build the pages of one language: ``sphinx-build -c docs -D language=fr docs/fr OUT``.

Colours and faces are those of the product (``frontend/src/styles/tokens.css``).
"""

from sphinx.application import Sphinx
from sphinx.config import Config

from canut import __version__

project = "Canut"
author = "Canut"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.doctest"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
suppress_warnings = ["myst.header"]  # generated command headings start at level 3
doctest_test_doctest_blocks = ""  # docstrings are run by pytest; pages by explicit blocks
html_theme = "furo"
html_title = "Canut"
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["canut.css"]
html_theme_options: dict[str, list[str]] = {"top_of_page_buttons": []}
TITLES = {"fr": "Canut, le guide", "en": "Canut, the guide"}


def setup(app: Sphinx) -> None:
    """Give the guide its name in the language it is built in."""

    def name_guide(_app: Sphinx, config: Config) -> None:
        config.html_title = TITLES[config.language]

    app.connect("config-inited", name_guide)
