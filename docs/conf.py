"""Settings of the documentation: ``make docs`` builds it to ``build/docs``."""

import sys
from pathlib import Path

from audeep import __version__
from audeep.cli import tensorflow

sys.path.insert(0, str(Path(__file__).parent / "extensions"))
# Its notices, when modules that need it are documented, are no warnings of ours.
tensorflow.start(verbose=False)

project = "auDeep"
author = "the auDeep developers"
copyright = f"2026, {author}"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "command_reference",
    "data_model",
]

html_theme = "alabaster"
html_theme_options = {
    "description": "A vector for every recording, learned without labels",
    "fixed_sidebar": True,
    "page_width": "1100px",
}
html_copy_source = False

# Single backquotes, as in the docstrings, link to what they name if that is documented.
default_role = "py:obj"
# Two hyphens begin an option, they are no dash.
smartquotes = False

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
napoleon_google_docstring = False
