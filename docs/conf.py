"""Configuration of the documentation: `make docs` builds it from the root of the checkout."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # where mathml lies

project = "survkit"
author = "survkit contributors"
project_copyright = "survkit contributors"
version = release = installed_version("survkit")
language = "en"

extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "mathml"]
root_doc = "docs/index"
include_patterns = ["docs/**", "notebooks/*.ipynb", "reconstructions/README.md", "CHANGELOG.md"]
exclude_patterns = ["**.ipynb_checkpoints"]

# Pages are Markdown that the code host shows, too; links between headings are written as there.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
html_math_renderer = "mathml"  # drawn by the browser: nothing is loaded from elsewhere
# Links to files that are no page, and to anything outside, stay as they are.
suppress_warnings = ["myst.header"]

# Notebooks are committed with their outputs and run by `make test-all`; here they are only shown.
nb_execution_mode = "off"

autodoc_typehints = "none"  # the docstrings state types, shapes and units
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "furo"
html_extra_path = ["root"]  # leads from the root of the site to docs/index.html
html_title = "survkit"
html_last_updated_fmt = None  # the same pages from the same files
