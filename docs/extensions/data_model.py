"""The directives ``data-columns`` and ``integrity-constraints`` write what the code declares about data sets."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from audeep.backend.data import schema
from audeep.backend.data.integrity import constraints

TYPES = {str: "string", int: "int64", float: "float64"}


class DataColumns(SphinxDirective):
    """Write a table: name, dimensions, type, what stands for a missing value, and meaning of each column."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        rows = [("variable", "dimensions", "type", "missing", "meaning")]
        rows += [row(column) for column in schema.COLUMNS.values()]
        rows += [(f"``{schema.FEATURES}``", "instance, feature dimensions", "float32", "none", "the features")]
        lines = [f"{'  ' if number else '* '}- {cell}" for cells in rows for number, cell in enumerate(cells)]
        table = [".. list-table::", "   :header-rows: 1", "", *(f"   {line}" for line in lines)]
        return self.parse_text_to_nodes("\n".join(table))


def row(column: schema.Column) -> tuple[str, ...]:
    """Describe a column."""
    codes = ", ".join(f"{code.value} {code.name.lower()}" for code in column.codes or ())
    missing = "none" if not column.may_be_missing else "empty string" if column.kind is str else "NaN (float64)"
    meaning = column.help + (f": {codes}" if codes else "") + ("" if column.required else "; a file may lack it")
    return f"``{column.name}``", ", ".join(column.dims), TYPES[column.kind], missing, meaning


class IntegrityConstraints(SphinxDirective):
    """Write a numbered list: each rule, and its name in the output for programs."""

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        return self.parse_text_to_nodes("\n".join(f"#. {item.rule} (``{item.name}``)" for item in constraints()))


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directives known."""
    app.add_directive("data-columns", DataColumns)
    app.add_directive("integrity-constraints", IntegrityConstraints)
    return {"parallel_read_safe": True}
