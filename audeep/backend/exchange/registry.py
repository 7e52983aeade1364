"""Table formats by file suffix."""

from audeep.backend.exchange.arff import ARFF
from audeep.backend.exchange.csv import CSV
from audeep.backend.exchange.table import TableFormat

TABLES: dict[str, TableFormat] = {table.suffix: table for table in (CSV(), ARFF())}
