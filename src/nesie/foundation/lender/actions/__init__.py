"""What the lender does: publish the texts its clients must know."""

from nesie.foundation.lender.actions.publish_rules import publish_rules

__all__ = ["publish_rules"]
