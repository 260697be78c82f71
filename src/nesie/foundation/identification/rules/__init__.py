"""What identification decides: numbers of people and accounts, signatures, sessions, proofs."""

from nesie.foundation.identification.rules.numbers import (
    BANK_CODES,
    IinFacts,
    NumberProblem,
    Sex,
    bin_problem,
    iban_bank_code,
    iban_problem,
    iin_problem,
    parse_iin,
    plain_iban,
)

__all__ = [
    "BANK_CODES",
    "IinFacts",
    "NumberProblem",
    "Sex",
    "bin_problem",
    "iban_bank_code",
    "iban_problem",
    "iin_problem",
    "parse_iin",
    "plain_iban",
]
