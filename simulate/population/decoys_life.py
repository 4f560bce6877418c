"""Which rules honest life tempts, feed by feed."""

from __future__ import annotations

from simulate.population.life_events import LifeEvents
from simulate.population.plan import DAY
from simulate.population.plot import Plot

CREDIT, SMS, EVENTS = "credit_reports", "sms_messages", "platform_events"
SOCIAL, FUND = "social_insurance_payments", "housing_fund_payments"
LINES = "registered_lines"
TEMPTS = (
    ("own_loan", CREDIT, "IM-CR-001;IM-CR-003", 30),
    ("own_loan", SMS, "IM-OT-018;IM-OT-020", 10),
    ("co_lender_loan", CREDIT, "IM-CR-001;IM-CR-003", 30),
    ("co_lender_loan", SMS, "IM-OT-018;IM-OT-020", 10),
    ("mortgage", CREDIT, "IM-CR-001;IM-CR-003;IM-CR-004", 40),
    ("credit_shopping", CREDIT, "IM-CR-001;IM-CR-003;IM-CR-004", 40),
    ("credit_shopping", SMS, "IM-OT-018;IM-OT-019;IM-OT-020", 10),
    ("new_card", CREDIT, "IM-CR-002;IM-CR-003", 30),
    ("card_replaced", CREDIT, "IM-CR-002", 30),
    ("executive", CREDIT, "IM-CR-006;IM-CR-007", 30),
    ("autopay_failed", CREDIT, "IM-CR-008", 20),
    ("lawsuit", CREDIT, "IM-CR-010", 10),
    ("second_sim", CREDIT, "IM-CR-009", 30),
    ("second_sim", LINES, "IM-TL-021", 90),
    ("child_card", LINES, "IM-TL-021", 90),
    ("new_home", CREDIT, "IM-CR-009", 30),
    ("new_home", EVENTS, "IM-PL-027", 30),
    ("job_change", CREDIT, "IM-CR-009", 30),
    ("job_change", SOCIAL, "IM-SI-022;IM-SI-023", 60),
    ("job_change", FUND, "IM-HF-024", 60),
    ("payroll_agent", SOCIAL, "IM-SI-022", 90),
    ("new_device", EVENTS, "IM-PL-027", 10),
    ("fund_rent", FUND, "IM-HF-024", 90),
    ("fund_purchase", FUND, "IM-HF-024", 30),
    ("recycled_number", SMS, "IM-OT-018;IM-OT-019", 60),
    ("address_variant", CREDIT, "IM-CR-009", 60),
    ("paused", "all", "IM-MT-025", 20),
)
"""Kind of event, feed, rules, for how many days."""


def tell_life_decoys(plot: Plot, life: LifeEvents) -> None:
    """Note what of honest life looks like misuse."""
    for kind, feed, tempts, days in TEMPTS:
        at = life.at[kind]
        plot.lure(kind, feed, tempts, life.who[kind], at, at + days * DAY, life.is_declared[kind])
