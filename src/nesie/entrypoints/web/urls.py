"""Addresses of the web resource, by audience. No address holds personal data: ids only."""

from __future__ import annotations

from django.urls import include, path

from nesie.entrypoints.web import demo, proofs, register, sign_in, site
<<<<<<< HEAD
from nesie.entrypoints.web.client import borrowing, changing, contracting, lending, repaying, room
from nesie.entrypoints.web.staff import books, changes, desk, four_eyes, ledger, loan, parameters, people, receipts, why
=======
from nesie.entrypoints.web.client import borrowing, changing, contracting, lending, room
from nesie.entrypoints.web.staff import (
    books,
    changes,
    desk,
    four_eyes,
    ledger,
    loan,
    parameters,
    products,
    receipts,
    why,
)
>>>>>>> 49d4d34 (Staff pages of products: versions beside each other, a draft, its release by two persons)
from nesie.entrypoints.web.staff import lending as staff_lending

site_pages = [
    path("", site.landing, name="landing"),
    path("brand.css", site.brand, name="brand"),
    path("language", site.language, name="language"),
    path("calculator", site.calculator, name="calculator"),
    path("lender", site.about_lender, name="lender"),
    path("rules/<slug:kind>", site.rules, name="rules"),
    path("repay", site.repay, name="repay"),
    path("sign-in", sign_in.client, name="sign_in"),
    path("sign-in/code", sign_in.client_code, name="sign_in_code"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("demonstration", demo.guide, name="demo"),
]

registration_pages = [
    path("", register.begin, name="begin"),
    path("code/<uuid:registration_id>", register.code, name="code"),
    path("next", register.next_step, name="next"),
    path("person", register.person, name="person"),
    path("document", register.document, name="document"),
    path("photo", register.photo, name="photo"),
    path("portrait/<slug:key>", demo.portrait_image, name="portrait"),
    path("consents", register.consents, name="consents"),
    path("check", register.check, name="check"),
    path("statement", register.statement, name="statement"),
    path("biometric", register.biometric, name="biometric"),
    path("signature", register.signature, name="signature"),
    path("complete", register.complete, name="complete"),
    path("password", register.password, name="password"),
]

proof_pages = [path("return", proofs.come_back, name="come_back")]

client_pages = [
    path("", lending.home, name="home"),
    path("apply", borrowing.apply, name="apply"),
    path("apply/account", borrowing.apply_account, name="apply_account"),
    path("apply/sum", borrowing.apply_sum, name="apply_sum"),
    path("applications/<uuid:application_id>", borrowing.application, name="application"),
    path("applications/<uuid:application_id>/cancel", borrowing.cancel_application, name="cancel_application"),
    path("applications/<uuid:application_id>/offers", borrowing.offers, name="offers"),
    path("applications/<uuid:application_id>/choose", borrowing.choose_offer, name="choose_offer"),
    path("applications/<uuid:application_id>/contract", contracting.draft, name="draft_contract"),
    path("contracts/<uuid:contract_id>", contracting.contract, name="contract"),
    path("contracts/<uuid:contract_id>/consent", contracting.consent_conclude, name="consent_conclude"),
    path("contracts/<uuid:contract_id>/biometric", contracting.biometric, name="contract_biometric"),
    path("contracts/<uuid:contract_id>/sign", contracting.sign, name="sign"),
    path("contracts/<uuid:contract_id>/receive", contracting.consent_receive, name="consent"),
    path("contracts/<uuid:contract_id>/cancel", contracting.cancel, name="cancel_contract"),
    path("changes/<uuid:change_id>", changing.change, name="change"),
    path("changes/<uuid:change_id>/biometric", changing.biometric, name="change_biometric"),
    path("changes/<uuid:change_id>/sign", changing.sign, name="sign_change"),
    path("changes/<uuid:change_id>/decline", changing.decline, name="decline_change"),
    path("loans", lending.loans, name="loans"),
    path("loans/<uuid:loan_id>", lending.loan, name="loan"),
    path("loans/<uuid:loan_id>/statement", lending.statement, name="statement"),
    path("loans/<uuid:loan_id>/repay", repaying.repay_loan, name="repay_loan"),
    path("loans/<uuid:loan_id>/early", repaying.repay_early, name="repay_early"),
    path("documents", room.all_documents, name="documents"),
    path("documents/<uuid:document_id>", room.document, name="document"),
    path("documents/<uuid:document_id>/confirm", room.confirm_delivery, name="confirm_delivery"),
    path("letters", room.letters, name="letters"),
    path("letters/write", room.write_letter, name="write_letter"),
    path("letters/<uuid:letter_id>", room.letter, name="letter"),
    path("notices", room.read_notices, name="notices"),
    path("profile", room.profile, name="profile"),
    path("profile/password", room.set_password, name="set_password"),
]

staff_pages = [
    path("", staff_lending.queue, name="queue"),
    path("sign-in", sign_in.staff, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("enrol/<slug:invitation>", sign_in.enrol, name="enrol"),
    path("clients", desk.clients, name="clients"),
    path("clients/<uuid:client_id>", staff_lending.client, name="client"),
    path("registrations/<uuid:registration_id>", desk.registration, name="registration"),
    path("applications/<uuid:application_id>", staff_lending.application, name="application"),
    path("applications/<uuid:application_id>/decide", staff_lending.decide_review, name="decide_review"),
    path("loans/<uuid:loan_id>", loan.loan, name="loan"),
    path("loans/<uuid:loan_id>/statement", loan.statement, name="statement"),
    path("loans/<uuid:loan_id>/history", loan.history, name="history"),
    path("loans/<uuid:loan_id>/why/<slug:figure>", why.why, name="why"),
    path("documents/<uuid:document_id>", desk.document, name="document"),
    path("changes", changes.changes, name="changes"),
    path("changes/<uuid:change_id>", changes.change, name="change"),
    path("changes/<uuid:change_id>/cancel", changes.cancel, name="cancel_change"),
    path("letters", desk.letters, name="letters"),
    path("letters/<uuid:letter_id>", desk.letter, name="letter"),
    path("messages", books.outgoing, name="messages"),
    path("messages/<uuid:message_id>", books.message, name="message"),
    path("messages/<uuid:message_id>/decide", books.decide_message, name="decide_message"),
    path("receipts", receipts.receipts, name="receipts"),
    path("ledger", ledger.trial_balance, name="ledger"),
    path("ledger/accounts/<str:code>", ledger.account, name="ledger_account"),
    path("ledger/journal", ledger.journal, name="ledger_journal"),
    path("ledger/entries/<uuid:entry_id>", ledger.entry, name="ledger_entry"),
    path("ledger/months", ledger.months, name="ledger_months"),
    path("ledger/reconciliation", ledger.reconciliation, name="ledger_reconciliation"),
    path("ledger/chart", ledger.chart, name="ledger_chart"),
    path("ledger/files", ledger.files, name="ledger_files"),
    path("ledger/export", ledger.export, name="ledger_export"),
    path("products", products.products, name="products"),
    path("products/draft", products.draft, name="product_draft"),
    path("products/<uuid:version_id>", products.product, name="product"),
    path("parameters", parameters.parameters, name="parameters"),
    path("parameters/<slug:code>", parameters.parameter, name="parameter"),
    path("approvals", four_eyes.approvals, name="approvals"),
    path("approvals/<uuid:approval_id>", four_eyes.decide, name="decide_approval"),
    path("approvals/<uuid:approval_id>/carry-out", four_eyes.carry_out, name="carry_out"),
    path("audit", books.trail, name="audit"),
    path("texts", books.texts, name="texts"),
    path("people", people.people, name="people"),
    path("people/<uuid:staff_id>/block", people.block, name="block_staff"),
    path("clock", books.push_clock, name="push_clock"),
    path("password", sign_in.staff_password, name="password"),
]

urlpatterns = [
    path("", include((site_pages, "site"))),
    path("register/", include((registration_pages, "register"))),
    path("identification/", include((proof_pages, "proofs"))),
    path("my/", include((client_pages, "client"))),
    path("staff/", include((staff_pages, "staff"))),
]
