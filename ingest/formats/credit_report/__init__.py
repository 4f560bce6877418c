"""Personal credit reports of the credit reference centre of the People's Bank of China, as PDF.

`pages` gives lines, `brief` and `detailed` read them by the grammar of their kind of report,
`census` counts the items in another way. What no grammar understands refuses the whole report
(`doubt`).
"""

from ingest.formats.credit_report.reading import CreditReportReading

__all__ = ["CreditReportReading"]
