"""How Sphinx builds the documentation."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from docstrings import reachable

project = "aioheroku"
copyright = "2026, the aioheroku developers"
release = version = installed("aioheroku")
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.intersphinx",
    "docstrings",
    "reference",
]
exclude_patterns = ["_build"]
default_role = "code"  # docstrings are read in editors too: a name stands in single backticks

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autosummary_generate = False
napoleon_numpy_docstring = False
napoleon_use_rtype = False
python_maximum_signature_line_length = 80
python_use_unqualified_type_names = True

# Sites that cannot be reached, as without a network, are left out: their names are then plain text.
intersphinx_mapping = {
    name: (url, None)
    for name, url in {
        "python": "https://docs.python.org/3/",
        "aiohttp": "https://docs.aiohttp.org/en/stable/",
        "attrs": "https://www.attrs.org/en/stable/",
        "yarl": "https://yarl.aio-libs.org/en/stable/",
    }.items()
    if reachable(url + "objects.inv")
}

# Where the site of Python is left out, `bytes` in a signature would be one of several attributes of that name.
suppress_warnings = ["ref.python"]

html_theme = "furo"
html_title = "aioheroku"
html_static_path = ["_static"]
html_css_files = ["style.css"]
