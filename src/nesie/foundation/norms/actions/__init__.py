"""What others may ask of the norms. `load_reference` is a plain function of the migration, the rest are use cases."""

from nesie.foundation.norms.actions.confirm_parameter import confirm_parameter
from nesie.foundation.norms.actions.load_reference import load_reference
from nesie.foundation.norms.actions.override_day import override_day
from nesie.foundation.norms.actions.push_clock import push_clock
from nesie.foundation.norms.actions.set_parameter import set_parameter

__all__ = ["confirm_parameter", "load_reference", "override_day", "push_clock", "set_parameter"]
