"""Draw a contract up from the chosen offer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import witness
from nesie.foundation.documents.rules import DocumentView, Language
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day
from nesie.foundation.notices import actions as notices
from nesie.foundation.notices.rules import EVERY_CHANNEL
from nesie.foundation.terms import queries as terms
from nesie.foundation.terms.rules import check_caps, flows, gesv, schedule
from nesie.journey.applications import queries as applications
from nesie.journey.applications.queries import ChosenOffer
from nesie.journey.applications.rules import Purpose
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import Capacity, ClientView, check_authority
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._move import move
from nesie.journey.contracts.actions._papers import borrower_of, keep_paper
from nesie.journey.contracts.models import Consent, Contract, ContractText, NumberSeries
from nesie.journey.contracts.rules import ConsentKind, ContractStatus
from nesie.journey.creditworthiness import actions as creditworthiness
from nesie.journey.creditworthiness.rules import Stage
from nesie.kernel.actor import Actor
from nesie.kernel.actor import client as owner
from nesie.kernel.ids import ApplicationId, ClientId, ContractId, DocumentId, new_id

_PURPOSE_WORDS: dict[Purpose, dict[str, str]] = {
    Purpose.PERSONAL_NEEDS: {"kk": "жеке қажеттіліктер", "ru": "личные нужды"},
    Purpose.HOUSEHOLD: {"kk": "үй-тұрмыстық қажеттіліктер", "ru": "нужды домашнего хозяйства"},
    Purpose.EDUCATION: {"kk": "білім алу", "ru": "образование"},
    Purpose.HEALTH: {"kk": "денсаулық", "ru": "лечение"},
    Purpose.OTHER: {"kk": "өзге тұтынушылық мақсаттар", "ru": "иные потребительские цели"},
    Purpose.WORKING_CAPITAL: {"kk": "айналым қаражатын толықтыру", "ru": "пополнение оборотных средств"},
    Purpose.EQUIPMENT: {
        "kk": "жабдық пен өзге де негізгі құралдарды сатып алу",
        "ru": "приобретение оборудования и иных основных средств",
    },
    Purpose.BUSINESS_OTHER: {"kk": "кәсіпкерліктің өзге мақсаттары", "ru": "иные цели предпринимательства"},
}


@use_case
def draft_contract(actor: Actor, now: datetime, *, application_id: ApplicationId) -> rules.Drafted:
    """The contract in both languages, dated today, and the consent to conclude it (Rules, 8.1-1; Resolution 232).

    Asked again on the same day it returns the same text; on a later day it makes a new one under the same number.
    The caps of the Law are tested anew on today's date, and the checks that come before signing are asked for. A
    credit-line agreement holds its limit and days, and its first loan (Rules, 2 sub 9-1). Raises NothingChosen,
    AuthorityEnded, CapExceeded, MoveRefused, NotFound.
    """
    chosen = applications.chosen_offer(actor, application_id)
    if chosen is None:
        raise rules.NothingChosen
    client = clients.active_client(actor, chosen.client_id)
    check_authority(client, business_day(now))
    row = Contract.objects.select_for_update().filter(application_id=application_id).first()
    today = business_day(now)
    if row is not None and queries.status_of(row) is ContractStatus.DRAFTED:
        text = queries.newest_text(row)
        if text.dated_on == today:
            return _drafted(row, text)
    row = row or _number(chosen, client, today, now)
    move(actor, row, ContractStatus.DRAFTED, now)
    facts = _facts(row, chosen, client, now)
    text = _write(row, facts, actor.channel, now)
    creditworthiness.request_checks(
        actor, now, client_id=chosen.client_id, case_id=row.pk, stage=Stage.SIGNING, consumer=row.consumer
    )
    notices.notify(
        client.id,
        template="contract_ready",
        params={"number": row.number},
        language=client.language,
        now=now,
        channels=EVERY_CHANNEL,
        phone=client.phone,
        email=client.email,
    )
    return _drafted(row, text)


def _number(chosen: ChosenOffer, client: ClientView, today: date, now: datetime) -> Contract:
    NumberSeries.objects.get_or_create(year=today.year)
    series = NumberSeries.objects.select_for_update().get(year=today.year)
    series.last_serial += 1
    series.save(update_fields=["last_serial"])
    return Contract.objects.create(
        id=new_id(),
        application_id=chosen.application_id,
        client_id=chosen.client_id,
        account_id=chosen.account_id,
        year=today.year,
        serial=series.last_serial,
        number=rules.contract_number(today.year, series.last_serial),
        principal_tiyn=chosen.terms.principal.tiyn,
        consumer=not chosen.purpose.business,
        entrepreneur=client.capacity is Capacity.ENTREPRENEUR,
        secured=False,  # no product with a pledge is sold yet
        disbursement_method=chosen.disbursement_method,
        refinances_id=chosen.refinances,
        **_line(chosen, today),
        language=rules.paper_language(chosen.language),
        drawn_up_at=now,
    )


def _line(chosen: ChosenOffer, today: date) -> dict[str, Any]:
    """The limit and the days of a credit-line agreement, by its product; nothing for a contract that is none."""
    draft = terms.product_version(chosen.product_version_id).draft
    if draft.line_days is None or chosen.limit is None:
        return {}
    return {
        "line_limit_tiyn": chosen.limit.tiyn,
        "line_closes_on": today + timedelta(days=draft.line_days),
        "line_restored": draft.line_restored,
    }


def _facts(row: Contract, chosen: ChosenOffer, client: ClientView, now: datetime) -> rules.ContractFacts:
    today = business_day(now)
    limits = queries.limits(today)
    would_be = rules.Grant(
        row.pk,
        chosen.terms.principal,
        row.consumer,
        row.secured,
        signed_at=now,
        exemption=rules.Exemption(rules.ExemptionKind.OWN_REFINANCING, row.pk) if row.refinances_id else None,
    )
    cooling = rules.cooling_off(would_be, queries.grants_of(row.client_id, besides=row.pk), limits, now)
    hours = timedelta(hours=limits.hours) if limits and cooling.required else timedelta()
    paid_on = max(chosen.assumed_disbursed_on, business_day(now + hours))
    plan = schedule(chosen.terms, paid_on, calendar=norms.calendar())
    rate = gesv(flows(plan))
    product = terms.product_version(chosen.product_version_id)
    check_caps(chosen.terms, plan, rate, terms.caps(product.draft.product_class, today))
    account = clients.account(owner(client.id), chosen.account_id).iban if chosen.account_id else ""
    return rules.ContractFacts(
        number=row.number,
        dated_on=today,
        lender=lender.organisation(),
        borrower=borrower_of(client, business=not row.consumer),
        account=account,
        terms=chosen.terms,
        schedule=plan,
        gesv=rate,
        penalty=_penalty(today, consumer=row.consumer),
        purpose=_PURPOSE_WORDS[chosen.purpose],
        consumer=row.consumer,
        eds=ProofKind.EDS in rules.needed_proofs(consumer=row.consumer, entrepreneur=row.entrepreneur),
        secured=row.secured,
        cooling=cooling.required,
        cooling_hours=limits.hours if limits else 0,
        line=queries.credit_line(row),
        refinances=row.refinances.number if row.refinances else "",
    )


@norms.read_once()
def _penalty(today: date, *, consumer: bool) -> rules.PenaltyTerms:
    """The Law bounds the penalty of consumers (art. 6 p. 3, art. 7 p. 3 sub 4); businesses are promised its size."""
    return rules.PenaltyTerms(
        first=norms.decimal("penalty_day_rate_first", today) * 100,
        days=norms.integer("penalty_switch_days", today),
        after=norms.decimal("penalty_day_rate_after", today) * 100,
        year_cap=norms.decimal("penalty_year_cap", today) * 100,
        stop_days=norms.integer("stop_demand_days", today) if consumer else 0,
    )


def _write(row: Contract, facts: rules.ContractFacts, channel: str, now: datetime) -> ContractText:
    last = row.texts.order_by("-version").first()
    version = last.version + 1 if last else 1
    signed_in = rules.paper_language(row.language)
    # The text to be signed names the hash of the other one, so that one signature holds both.
    other = rules.paper_language("ru" if signed_in == "kk" else "kk")
    papers = {other: _paper(row, facts, other, "", channel, now)}
    papers[signed_in] = _paper(row, facts, signed_in, papers[other].sha256, channel, now)
    text = ContractText.objects.create(
        id=new_id(),
        contract=row,
        version=version,
        dated_on=facts.dated_on,
        terms=facts.terms.to_json(),
        schedule=facts.schedule.to_json(),
        gesv_percent=facts.gesv.shown_pct,
        total_tiyn=facts.schedule.totals.payment.tiyn,
        overpayment_tiyn=facts.schedule.overpayment.tiyn,
        document_kk_id=papers["kk"].id,
        document_ru_id=papers["ru"].id,
        sha256=papers[signed_in].sha256,
        drafted_at=now,
    )
    witness(text)
    _write_consent(row, facts, channel, now, version=version)
    return text


def _paper(
    row: Contract, facts: rules.ContractFacts, language: Language, other_sha256: str, channel: str, now: datetime
) -> DocumentView:
    return keep_paper(
        ClientId(row.client_id),
        kind="contract",
        template="contracts/contract",
        data=rules.contract_data(facts, language, other_sha256),
        language=language,
        file_name=f"contract-{row.number}-{language}.pdf",
        channel=channel,
        now=now,
    )


def _write_consent(row: Contract, facts: rules.ContractFacts, channel: str, now: datetime, *, version: int) -> None:
    language = rules.paper_language(row.language)
    paper = keep_paper(
        ClientId(row.client_id),
        kind="consent_to_conclude",
        template="contracts/consent_to_conclude",
        data=rules.consent_to_conclude_data(facts, language, now),
        language=language,
        file_name=f"consent-to-conclude-{row.number}-{language}.pdf",
        channel=channel,
        now=now,
    )
    consent = Consent.objects.create(
        id=new_id(),
        contract=row,
        kind=ConsentKind.CONCLUDE,
        version=version,
        document_id=paper.id,
        sha256=paper.sha256,
        language=language,
        drafted_at=now,
    )
    witness(consent)


def _drafted(row: Contract, text: ContractText) -> rules.Drafted:
    consent = queries.newest_consent(row, ConsentKind.CONCLUDE)
    assert consent is not None  # written with the text
    return rules.Drafted(
        contract_id=ContractId(row.pk),
        document_kk_id=DocumentId(text.document_kk_id),
        document_ru_id=DocumentId(text.document_ru_id),
        sign_document_id=DocumentId(queries.sign_document_id(row, text)),
        sign_sha256=text.sha256,
        consent_document_id=DocumentId(consent.document_id),
    )
