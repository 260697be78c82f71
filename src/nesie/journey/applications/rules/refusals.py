"""What an applicant or an officer may be told no to."""

from __future__ import annotations

from nesie.kernel.refused import Refused, noop


class AlreadyOpen(Refused):
    """One application at a time."""

    message = noop("You already have an application under consideration.")


class RulesNotAcknowledged(Refused):
    """Clauses 8.2 and 8.5: the rules of granting, and the rights and duties, are read first."""

    message = noop("First read the rules of granting microcredits and your rights and duties.")


class ClientNotServed(Refused):
    """The client is blocked, or the document has expired."""

    message = noop("The application cannot be taken now. Write to the lender, please.")


class PurposeUnfit(Refused):
    """A business product serves a business, any other does not: what protects consumers hangs on it."""

    message = noop("This purpose does not fit the product: choose another purpose or another product.")


class MethodNotEnabled(Refused):
    """Clause 8.6: shown, but not open yet."""

    message = noop("This way of getting the money is not open yet.")


class NotRefinanced(Refused):
    """The loan is not the client's, has ended, stands still, or interest or penalty of it is overdue."""

    message = noop("This loan cannot be refinanced now. What is overdue of it has to be paid first.")


class MoreThanRefinanced(Refused):
    """A refinancing repays the principal that is left, and gives no money beside it."""

    message = noop("At most {most} tenge is left of the loan to be refinanced.")


class AccountNeeded(Refused):
    """A payout to a bank account needs one of the client's own accounts."""

    message = noop("Choose one of your bank accounts.")


class MoveNotAllowed(Refused):
    """The application has moved on meanwhile."""

    message = noop("The application is no longer in the state for this.")


class OfferExpired(Refused):
    """The offer was open until a moment that has passed."""

    message = noop("The offer has expired. Apply again, please.")


class OfferNotChoosable(Refused):
    """The draft is over a limit of the Law: it is shown for comparison only."""

    message = noop("This schedule is above a limit of the Law and cannot be chosen.")


class CapsUnknown(Refused):
    """A limit of the Law on cost has no usable value for the day: no offer can be made."""

    message = noop("The norm {norm} is not confirmed, so no offer can be made.")
