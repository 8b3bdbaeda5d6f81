"""Many applications at once: taken from a file row by row, and given out as a table."""

from campaigns.student.rules.bulk.begin import begin_import, codes_of
from campaigns.student.rules.bulk.columns import COLUMNS, EXAMPLE
from campaigns.student.rules.bulk.give_out import HEADER, export_rows
from campaigns.student.rules.bulk.work_off import clear_old_imports, work_off_imports

__all__ = [
    "COLUMNS",
    "EXAMPLE",
    "HEADER",
    "begin_import",
    "clear_old_imports",
    "codes_of",
    "export_rows",
    "work_off_imports",
]
