"""The directive ``integrity-constraints`` lists the rules that ``audeep validate`` checks."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from audeep.backend.data.integrity import constraints


class IntegrityConstraints(SphinxDirective):
    """Write a numbered list: each rule, and its name in the output for programs."""

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        return self.parse_text_to_nodes("\n".join(f"#. {item.rule} (``{item.name}``)" for item in constraints()))


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known."""
    app.add_directive("integrity-constraints", IntegrityConstraints)
    return {"parallel_read_safe": True}
