"""The demo people: well formed, invented, and the same on every machine."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image

from nesie.foundation.identification.rules import Sex, bin_problem, iban_bank_code, iban_problem, iin_problem, parse_iin
from nesie.simulators.people import BANK_CODE, ORGANISATION, PEOPLE, Person, Trait, by_iin, by_key
from nesie.simulators.portrait import draw


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
class TestEachPerson:
    def test_has_a_true_iin_that_says_the_same_birth_date_and_sex(self, person: Person) -> None:
        assert iin_problem(person.iin) is None
        facts = parse_iin(person.iin)
        assert facts.birth_on == person.birth_on
        assert facts.sex == (Sex.MALE if person.sex == "m" else Sex.FEMALE)

    def test_has_a_true_account_at_the_simulated_bank(self, person: Person) -> None:
        assert iban_problem(person.iban) is None
        assert iban_bank_code(person.iban) == BANK_CODE

    def test_is_found_by_iin_and_by_key(self, person: Person) -> None:
        assert by_iin(person.iin) is person
        assert by_key(person.key) is person

    def test_has_a_portrait_that_is_the_same_each_time(self, person: Person) -> None:
        portrait = person.portrait()
        assert Image.open(BytesIO(portrait)).size == (600, 800)
        assert sha256(draw(person.look)).digest() == sha256(portrait).digest()


class TestTogether:
    def test_nothing_that_names_a_person_is_shared(self) -> None:
        for attribute in ("key", "iin", "document_number", "phone", "email", "iban"):
            assert len({getattr(person, attribute) for person in PEOPLE}) == len(PEOPLE)

    def test_two_are_clean_and_each_trouble_has_one(self) -> None:
        traits = [person.trait for person in PEOPLE]
        assert traits.count(Trait.CLEAN) == 2
        assert all(traits.count(trait) == 1 for trait in Trait if trait is not Trait.CLEAN)

    def test_only_the_one_with_the_expired_document_has_an_expired_document(self) -> None:
        expired = [person.trait for person in PEOPLE if person.document_valid_until < date(2026, 11, 23)]
        assert expired == [Trait.EXPIRED_DOCUMENT]

    def test_the_organisation_is_well_formed(self) -> None:
        assert bin_problem(ORGANISATION.bin) is None
        assert iban_problem(ORGANISATION.iban) is None
        assert by_key(ORGANISATION.head_key)

    def test_a_stranger_is_not_found(self) -> None:
        assert by_iin("000000000000") is None
        with pytest.raises(KeyError):
            by_key("nobody")
