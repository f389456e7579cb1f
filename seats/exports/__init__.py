"""Large tables as CSV and XLSX, of one past moment or period, the same whenever they are asked for.

`question` says what is asked and `moments` when it can be answered, `tables` are the exports there
are, and `csv_files` and `xlsx_files` write them. docs/exports.md says what is promised, and how it
is kept.
"""
