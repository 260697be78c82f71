"""What this room refuses, in words a person can act on."""

from __future__ import annotations

from typing import Final

from nesie.foundation.identification.rules import NumberProblem
from nesie.kernel.refused import Refused, noop


class NameUnfit(Refused):
    """A name is empty, too long, or holds what no name holds."""

    message = noop("Enter the name as it stands in the document: letters, hyphens and spaces only.")
    status = 422


class IinUnfit(Refused):
    """The IIN cannot be right (clause 6); the subclasses say why."""

    message = noop("The IIN is wrong. Check its twelve digits.")
    status = 422


class IinLength(IinUnfit):
    """Too short, too long, or not digits."""

    message = noop("An IIN has exactly twelve digits.")


class IinDate(IinUnfit):
    """The first six digits are no date of birth, or the seventh digit no century."""

    message = noop("The IIN is wrong: its first seven digits do not give a date of birth.")


class IinCheckDigit(IinUnfit):
    """The twelfth digit does not follow from the others."""

    message = noop("The IIN is wrong: a digit is mistyped.")


IIN_REFUSALS: Final[dict[NumberProblem, type[IinUnfit]]] = {
    NumberProblem.LENGTH: IinLength,
    NumberProblem.NOT_DIGITS: IinLength,
    NumberProblem.DATE: IinDate,
    NumberProblem.CENTURY: IinDate,
    NumberProblem.CHECK_DIGIT: IinCheckDigit,
}


class BinUnfit(Refused):
    """The BIN cannot be right (clause 6)."""

    message = noop("The BIN is wrong. Check its twelve digits.")
    status = 422


class AuthorityNumberUnfit(Refused):
    """The number of the signatory's paper."""

    message = noop("Enter the number of the paper, as it stands on it.")
    status = 422


class AuthorityTermUnfit(Refused):
    """The days of the signatory's paper."""

    message = noop("Check the days of the paper: a power of attorney has a last day, and none is before its first.")
    status = 422


class AuthorityEnded(Refused):
    """Nobody acts for a legal entity by a paper whose days are over (clause 6)."""

    message = noop("The term of the paper by which you sign for the legal entity is over. Write to the lender, please.")


class BusinessNameUnfit(Refused):
    """The name of a legal entity is empty, too long, or holds what no paper shows."""

    message = noop("Enter the name of the legal entity as it is registered.")
    status = 422


class AuthorityUnfit(Refused):
    """The scan of the order or power of attorney is no picture or PDF, or too large (clause 6)."""

    message = noop("Attach the order or the power of attorney as a PDF, JPEG or PNG of at most {megabytes} MB.")
    status = 422


class BirthCertificateRefused(Refused):
    """A birth certificate does not serve (clause 6)."""

    message = noop("A birth certificate does not serve. Use an identity card, passport or residence permit.")
    status = 422


class DocumentNumberUnfit(Refused):
    """The document number's form is wrong."""

    message = noop("The document number is wrong. An identity card has nine digits.")
    status = 422


class DocumentExpired(Refused):
    """The document's term is over."""

    message = noop("The document has expired. Renew it, then register.")
    status = 422


class DocumentTermUnfit(Refused):
    """The dates of the document cannot be right."""

    message = noop("The dates of the document cannot be right.")
    status = 422


class PhoneUnfit(Refused):
    """Not a mobile number of Kazakhstan."""

    message = noop("Enter a mobile number of Kazakhstan, for example +7 701 234 56 78.")
    status = 422


class EmailUnfit(Refused):
    """Not an e-mail address."""

    message = noop("The e-mail address is wrong.")
    status = 422


class AddressUnfit(Refused):
    """The address is missing or too long."""

    message = noop("Enter the address where you live.")
    status = 422


class PortraitNotFrontal(Refused):
    """The face is turned, tilted or off the centre."""

    message = noop("The photo is not frontal. Look straight into the camera, with the head upright.")
    status = 422


class PortraitGroundNotLight(Refused):
    """The background is dark, coloured or uneven."""

    message = noop("The background is not light. Stand before a plain light wall.")
    status = 422


class PortraitNotNeutral(Refused):
    """The face smiles or grimaces."""

    message = noop("The expression is not neutral. Do not smile.")
    status = 422


class PortraitMouthOpen(Refused):
    """The lips are apart."""

    message = noop("The mouth is open. Close it.")
    status = 422


class PortraitNoFace(Refused):
    """No face is found."""

    message = noop("No face is found on the photo.")
    status = 422


class PortraitSeveralFaces(Refused):
    """More than one face is found."""

    message = noop("There is more than one face on the photo.")
    status = 422


class PortraitTooSmall(Refused):
    """The face is too small, or the file too big."""

    message = noop("The face is too small on the photo. Come closer to the camera.")
    status = 422


class PortraitTooLarge(Refused):
    """The file is too large."""

    message = noop("The file is too large. Send at most {megabytes} MB.")
    status = 413


class PortraitBlurred(Refused):
    """The picture is not sharp."""

    message = noop("The photo is not sharp. Hold the camera still, in good light.")
    status = 422


class PortraitEyesClosed(Refused):
    """The eyes are closed."""

    message = noop("The eyes are closed. Open them.")
    status = 422


class PortraitUnreadable(Refused):
    """The file is not a picture."""

    message = noop("The photo cannot be read. Send a JPEG or PNG picture.")
    status = 422


class ConsentsMissing(Refused):
    """Not every consent is given."""

    message = noop("The registration goes on only with every consent.")
    status = 422


class StepNotReached(Refused):
    """An earlier step is missing."""

    message = noop("Complete the step before first.")


class RegistrationClosed(Refused):
    """The registration is finished, refused, expired, or with the staff."""

    message = noop("This registration cannot be continued.")


class AlreadyRegistered(Refused):
    """Another client has this IIN; said only to somebody who has proven to be that person."""

    message = noop("You are registered already. Sign in instead.")


class NothingToReview(Refused):
    """The registration does not wait for the staff."""

    message = noop("This registration does not wait for a decision.")


class IbanUnfit(Refused):
    """The account number cannot be right (clause 8.7); the subclasses say why."""

    message = noop("The account number is wrong.")
    status = 422


class IbanForm(IbanUnfit):
    """Not twenty signs beginning with KZ."""

    message = noop("An account number of Kazakhstan begins with KZ and has twenty signs.")


class IbanBank(IbanUnfit):
    """No bank of Kazakhstan has this code."""

    message = noop("The account number is wrong: no bank has this code.")


class IbanCheckDigit(IbanUnfit):
    """The control digits do not fit."""

    message = noop("The account number is wrong: a sign is mistyped.")


IBAN_REFUSALS: Final[dict[NumberProblem, type[IbanUnfit]]] = {
    NumberProblem.BANK: IbanBank,
    NumberProblem.CHECK_DIGIT: IbanCheckDigit,
}


class AccountTaken(Refused):
    """Another client has given this account."""

    message = noop("This account cannot be added.")


class ClientNotActive(Refused):
    """The client is blocked or closed."""

    message = noop("This is not possible: the client is not served at present.")


class SameStatus(Refused):
    """The client has this status already."""

    message = noop("Nothing has changed: the client has this status already.")


class LetterUnfit(Refused):
    """The letter is empty or too long."""

    message = noop("Write a subject and a text: at most {characters} characters.")
    status = 422


class AttachmentUnfit(Refused):
    """An attachment is too large, of a kind not accepted, or one too many."""

    message = noop("Attach at most {files} files of {megabytes} MB: PDF, JPEG, PNG or text.")
    status = 422


class DocumentNotInForce(Refused):
    """The acknowledged text is not the one in force."""

    message = noop("The text has changed. Read it again.")
