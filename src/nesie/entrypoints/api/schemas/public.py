"""What anybody may see: the lender, its texts, its products, and what a loan would cost."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from nesie.entrypoints.api.schemas.words import Out, Percent, Tiyn
from nesie.foundation.lender.rules import OrganisationType, RulesKind
from nesie.foundation.terms.rules import BorrowerKind, Method, ProductClass, Unit


class InLanguages(Out):
    """One fact in three languages."""

    kk: str
    ru: str
    en: str


class RepaymentAccount(Out):
    """Where a bank transfer goes (clause 7.6)."""

    bank: InLanguages
    bik: str
    iban: str
    kbe: str
    knp: str


class Brand(Out):
    """What makes a program visibly this lender's (clause 24.1)."""

    name: str
    domain: str
    primary: str
    primary_dark: str
    accent: str
    surface: str


class Organisation(Out):
    """The lender: addresses, phones, fax, e-mail and its first head (clause 7.2)."""

    type: OrganisationType
    name: InLanguages
    bin: str
    licence_number: str
    licence_issued_on: date
    legal_address: InLanguages
    actual_address: InLanguages
    phones: list[str]
    fax: str
    email: str
    site: str
    head_name: str
    head_position: InLanguages
    repayment: RepaymentAccount
    brand: Brand


class RulesText(Out):
    """A published text in force; its id is what `acknowledge` takes (clauses 8.2, 8.5)."""

    id: UUID
    kind: RulesKind
    language: str
    version: int
    title: str
    body: str
    sha256: str
    published_at: datetime


class Product(Out):
    """A product on sale; its id is what an application and the calculator take. The term is counted in `unit`."""

    id: UUID
    code: str
    product_class: ProductClass = Field(alias="draft.product_class")
    names: dict[str, str] = Field(alias="draft.names")
    annual_rate_percent: Percent = Field(alias="draft.annual_rate")
    least_amount_tiyn: Tiyn = Field(alias="draft.least_amount")
    most_amount_tiyn: Tiyn = Field(alias="draft.most_amount")
    least_term: int = Field(alias="draft.least_term")
    most_term: int = Field(alias="draft.most_term")
    unit: Unit = Field(alias="draft.unit")
    methods: list[Method] = Field(alias="draft.methods")
    borrowers: list[BorrowerKind] = Field(alias="draft.borrowers")
    business: bool = Field(alias="draft.business")


class Instalment(Out):
    """One payment of a schedule; the balance is the principal left after it."""

    number: int
    due_on: date
    payment_tiyn: Tiyn = Field(alias="payment")
    interest_tiyn: Tiyn = Field(alias="interest")
    principal_tiyn: Tiyn = Field(alias="principal")
    balance_tiyn: Tiyn = Field(alias="balance")


class Plan(Out):
    """A schedule from its day of disbursement."""

    disbursed_on: date
    rows: list[Instalment]


class Calculated(Out):
    """What a loan would cost by one method (clauses 8.3, 8.4). Nothing is kept of it."""

    method: Method
    gesv_percent: Percent
    total_tiyn: Tiyn
    overpayment_tiyn: Tiyn
    plan: Plan
