"""Pure words every room speaks: money, rates, periods, ids, who acts, what was refused."""
