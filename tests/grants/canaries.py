"""Where something private may be seen, in so many words. Whatever is not named here may be seen nowhere."""

PAGES: dict[str, frozenset[str]] = {
    # A sponsor's own page, by the signed link: how to pay, and what they wrote themselves.
    "/p/{pledge}?k={pledge_key}": frozenset({"iban in groups"}),
    "/p/{pledge}/change?k={pledge_key}": frozenset({"anonymous sponsor"}),
    "/p/{paid_pledge}/messages?k={paid_key}": frozenset({"sponsor's held message"}),
    "/p/{promised}/sent?k={sent_key}": frozenset({"sponsor's address"}),
    "/p/confirm/{pledge_token}": frozenset({"promised, not confirmed"}),
    "/p/several/confirm/{several_token}": frozenset({"promised, not confirmed"}),
    "/p/several/{several}?k={several_key}": frozenset({"sponsor's address"}),
    # Whoever offers something, by the signed link: what they wrote themselves.
    "/o/confirm/{offer_token}": frozenset({"offering company"}),
    "/o/{hold}?k={hold_key}": frozenset({"offering company"}),
    "/o/{hold}/pledge?k={hold_key}": frozenset({"offering company"}),
    # A year, by the link that was mailed to the address.
    "/statements/{statement_link}": frozenset({"sponsor's address"}),
    "/statements/{statement_link}/{year}": frozenset({"sponsor's address"}),
    "/statements/{statement_link}/{year}.pdf": frozenset({"sponsor's address"}),
    # A document, by the signed link that its sponsor got: whom it is for.
    "/documents/{invoice}?k={invoice_key}": frozenset(
        {"billing entity", "billing address", "order number", "iban in groups"}
    ),
    "/documents/{invoice}.pdf?k={invoice_key}": frozenset(
        {"billing entity", "billing address", "order number", "iban in groups"}
    ),
    # A company's bill, by a link that it has mailed: where to pay.
    "/pay/{finance_token}": frozenset({"iban in groups"}),
    # The company's pages, by the signed link: the letter, and to whom it was written.
    "/reply/{reply}": frozenset({"private letter"}),
    "/reply/{reply}/accept": frozenset({"contact's name"}),
    # Links that were mailed to the address that they show.
    "/invitations/{invitation_token}": frozenset({"invited address"}),
    "/unsubscribe/{unsubscribe}": frozenset({"follower's address"}),
    "/privacy/data/{address_link}": frozenset({"address that asks"}),
    # A student's own application, in the browser that holds it.
    "/apply/tasks/about": frozenset({"legal name", "student's address", "student's number"}),
    "/apply/tasks/guardian": frozenset({"guardian's name"}),
    "/apply/tasks/school": frozenset({"school"}),
    "/apply/tasks/story": frozenset({"application's story"}),
    "/apply/tasks/consent": frozenset({"guardian's name"}),
    "/apply/tasks/check": frozenset(
        {"legal name", "student's address", "student's number", "guardian's name", "application's story", "school"}
    ),
    # Whom the student has named, on their own pages.
    "/apply/tasks/people": frozenset({"referee's name", "guardian's name", "school"}),
    "/apply/tasks/people/guardian": frozenset({"guardian's name"}),
    "/apply/tasks/people/school": frozenset({"school"}),
    # To whoever was asked, by their link: whom they are asked about, and what is known of themselves.
    "/vouch/{vouch}": frozenset({"legal name", "referee's name"}),
    "/guardian/{guardian}": frozenset({"legal name"}),
    "/guardian/agreed/{agreed_key}": frozenset({"legal name"}),
    "/school/{enrol}": frozenset({"legal name", "school"}),
    "/school/{enrol}/payout": frozenset({"school"}),
    "/receipt/{receipt_link}": frozenset({"legal name", "school", "bank's reference"}),
    "/apply/messages/{begun_thread}": frozenset({"student's held message"}),
    "/apply/showcase": frozenset({"student's draft work"}),
    "/apply/showcase/{own_work}": frozenset({"student's draft work"}),
}

MAILS: dict[str, frozenset[str]] = {
    # To the sponsor: how to pay, and their own name.
    "pledge.thanks": frozenset({"iban", "promised, not confirmed", "offering name"}),
    "pledge.": frozenset({"anonymous sponsor", "company's contact"}),
    "payment.receipt": frozenset({"anonymous sponsor"}),
    # To the company's contact: the letter.
    "ask.letter": frozenset({"private letter", "contact's name"}),
    "ask.reminder": frozenset({"contact's name"}),
    # To whoever offers something: what they wrote themselves.
    "offer.school": frozenset({"gift not looked at", "school"}),  # to the school itself
    "offer.": frozenset({"offering name", "offering company", "gift not looked at"}),
    # To those in the company who approve what is proposed.
    "company.pledge_proposed": frozenset({"reason of a proposal"}),
    # To those in the team whom it concerns.
    "campaign.": frozenset({"draft's title"}),
    "school_account.": frozenset({"school"}),
    "disbursement.receipt_missing": frozenset({"school"}),
    "disbursement.differs": frozenset({"school"}),
    "disbursement.released": frozenset({"bank's reference", "school"}),
}
"""By the start of the notice's key; the longest that fits counts."""
