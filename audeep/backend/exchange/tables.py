"""The formats of tables, by their names and by the suffixes of their files."""

from audeep.backend.exchange.arff import ARFF
from audeep.backend.exchange.base import TableFormat
from audeep.backend.exchange.config import Format
from audeep.backend.exchange.csv import CSV

TABLES: dict[Format, TableFormat] = {Format.CSV: CSV(), Format.ARFF: ARFF()}
BY_SUFFIX = {table.suffix: table for table in TABLES.values()}
