"""Settings of the documentation: ``make docs`` builds it into ``build/docs``."""

import sys
from pathlib import Path

from audeep import __version__
from audeep.cli import tensorflow

sys.path.insert(0, str(Path(__file__).parent / "extensions"))
# Keep TensorFlow's notices out of the output: the documentation of modules that need it imports them.
tensorflow.start(verbose=False)

project = "auDeep"
author = "the auDeep developers"
copyright = f"2026, {author}"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "myst_parser",
    "sphinx_copybutton",
    "command_reference",
]

# Headings can be linked to, as [text](page.md#heading): GitHub makes the same names for them.
myst_heading_anchors = 3

html_theme = "pydata_sphinx_theme"
html_title = "auDeep"
html_static_path = ["_static"]
html_css_files = ["audeep.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
}
# These have no pages below them, so a list of pages would be empty.
html_sidebars = {page: [] for page in ("index", "installation", "tutorial")}

# Only the command is copied, not the prompt or the answer.
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"

autoprogram_cliff_application = "audeep"

# Single backquotes in docstrings link to what they name, if that is documented.
default_role = "py:obj"
# Two hyphens begin an option; they are not a dash.
smartquotes = False

templates_path = ["_templates"]
autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
napoleon_google_docstring = False
