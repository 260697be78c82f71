"""What can be done with loans."""

from nesie.journey.loans.actions.accrue_day import DayClosed, accrue_day
from nesie.journey.loans.actions.issue_statement import issue_statement

__all__ = ["DayClosed", "accrue_day", "issue_statement"]
