"""What can be done with loans."""

from nesie.journey.loans.actions.accrue_day import DayClosed, accrue_day

__all__ = ["DayClosed", "accrue_day"]
