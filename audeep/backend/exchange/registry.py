"""The formats of tables, by their names and by the suffixes of their files."""

from audeep.backend.exchange.arff import ARFF
from audeep.backend.exchange.csv import CSV
from audeep.backend.exchange.formats import Format
from audeep.backend.exchange.table import TableFormat

TABLES: dict[Format, TableFormat] = {Format.CSV: CSV(), Format.ARFF: ARFF()}
BY_SUFFIX = {table.suffix: table for table in TABLES.values()}
