"""Personal credit reports of invented people, as PDFs in the centre's layout, with the truth.

Everything follows from a seed: the person's credit life, what a report shows of it on a day, and
how it is printed.
"""

from simulate.credit_reports.report import Written, write_report
from simulate.credit_reports.style import KINDS, Style, draw_style

__all__ = ["KINDS", "Style", "Written", "draw_style", "write_report"]
