"""What identification decides: numbers of people and accounts, signatures (`eds`), persons, sessions, proofs."""

from nesie.foundation.identification.rules import eds
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
from nesie.foundation.identification.rules.persons import (
    MISMATCH_MESSAGES,
    PERSON_KIND,
    BiometricAnswer,
    BiometricFailure,
    BiometricRequest,
    Mismatch,
    PersonFacts,
    PersonRecord,
    Refusal,
    Unanswered,
    judge_biometric,
    mismatches,
    same_name,
)
from nesie.foundation.identification.rules.proofs import (
    CHALLENGE_LIFETIME,
    FOUR_EYES,
    PERMITTED,
    PROOF_LIFETIME,
    SESSION_LIFETIME,
    BiometricOutcome,
    BiometricSessionId,
    BiometricStart,
    BrokenSignature,
    ChallengeId,
    ChallengeView,
    EvidencePart,
    ProofKind,
    ProofSpent,
    ProofUnfit,
    ProofView,
    SessionView,
    SignatureOutcome,
    Trouble,
    check_fit,
    check_subject,
)

__all__ = [
    "BANK_CODES", "CHALLENGE_LIFETIME", "FOUR_EYES", "MISMATCH_MESSAGES", "PERMITTED", "PERSON_KIND",
    "PROOF_LIFETIME", "SESSION_LIFETIME", "BiometricAnswer", "BiometricFailure", "BiometricOutcome",
    "BiometricRequest", "BiometricSessionId", "BiometricStart", "BrokenSignature", "ChallengeId", "ChallengeView",
    "EvidencePart", "IinFacts", "Mismatch", "NumberProblem", "PersonFacts", "PersonRecord", "ProofKind", "ProofSpent",
    "ProofUnfit", "ProofView", "Refusal", "SessionView", "Sex", "SignatureOutcome", "Trouble", "Unanswered",
    "bin_problem", "check_fit", "check_subject",
    "eds", "iban_bank_code", "iban_problem", "iin_problem", "judge_biometric", "mismatches", "parse_iin",
    "plain_iban", "same_name",
]  # fmt: skip
