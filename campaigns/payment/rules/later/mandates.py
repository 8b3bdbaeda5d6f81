"""A sponsor lets a card be charged later, with this card or another, and takes it back."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.kit import clock, db, links, refs
from campaigns.kit.errors import Busy
from campaigns.kit.queue import nudge, sweep
from campaigns.payment import gateway
from campaigns.payment.gateway.cards import Card, Setup, SetupOrder
from campaigns.payment.models import ChargeMandate, ChargeNotice, SavedMethod
from campaigns.payment.queries import saved as queries
from campaigns.payment.rules.checkout import NoCards
from campaigns.payment.rules.later import words
from campaigns.payment.rules.later.ending import end_method
from campaigns.payment.rules.later.letters import tell
from campaigns.payment.rules.later.refused import need_card
from campaigns.payment.states import MandateState
from campaigns.pledge.models import Pledge

PAGE_LASTS = timedelta(hours=23)


def begin(pledge: Pledge) -> str:
    """The address of the hosted page where a card is saved for what is still to be paid of a pledge.

    Commits. Pressed twice, it leads to the same page. Raises NothingLater, NoCards, and Busy where Stripe gave no
    clear answer: then the same call goes on where this one stopped.
    """
    stripe = gateway.current()
    if stripe is None:
        raise NoCards()
    mandate = _asked(pledge)
    if mandate.page_url is not None:
        return mandate.page_url
    order, mandate_id = _order(mandate, pledge), mandate.id
    db.session.commit()
    try:
        page = stripe.open_setup(order)
    except (gateway.Unclear, gateway.TryLater) as fault:
        raise Busy() from fault
    except (gateway.KeyReused, gateway.Rejected) as fault:
        with db.transaction():
            _end(held(mandate_id))
        raise NoCards() from fault
    with db.transaction():
        mandate = held(mandate_id)
        mandate.session_ref, mandate.page_url = page.session_ref, page.url
    return page.url or order.cancel_url


def _asked(pledge: Pledge) -> ChargeMandate:
    """The one agreement that waits for its card, in the words as they are now."""
    agreed, select = words.agreement(pledge), queries.mandate_of(pledge.id, MandateState.ASKED)
    before = db.session.scalars(select).one_or_none()
    if before is not None and (before.words != agreed or before.created_at < clock.now() - PAGE_LASTS):
        _end(before)
    new = db.insert(ChargeMandate).values(**_agreed(pledge, agreed), state=MandateState.ASKED)
    db.session.execute(new.on_conflict_do_nothing())
    return db.session.scalars(select).one()


def _agreed(pledge: Pledge, agreed: str) -> dict[str, object]:
    return {
        "organisation_id": pledge.organisation_id,
        "pledge_id": pledge.id,
        "words": agreed,
        "amount": words.total(pledge).amount,
        "currency": pledge.currency,
        "key": f"{refs.random_ref(20)}:mandate:{pledge.id}",
        "created_at": clock.now(),
    }


def _order(mandate: ChargeMandate, pledge: Pledge) -> SetupOrder:
    known = db.session.scalars(queries.usable_for(pledge)).one_or_none()
    page = links.url("payment.card", ref=pledge.ref, k=links.sign("pledge", pledge.ref))
    return SetupOrder(
        key=mandate.key,
        text=mandate.words,
        email=pledge.email,
        customer_ref=known.customer_ref if known is not None else None,
        currency=mandate.currency,
        success_url=f"{page}&saved=1",
        cancel_url=page,
    )


def held(mandate_id: int) -> ChargeMandate:
    """An agreement as it is now, held until this transaction ends."""
    row = sa.select(ChargeMandate.id).where(ChargeMandate.id == mandate_id).with_for_update()
    db.session.execute(row).one()
    return db.session.scalars(queries.mandate(mandate_id)).one()


def reflect(setup: Setup) -> bool:
    """Take down what has become of a page that saves a card; whether it is one of ours."""
    of_key = sa.select(ChargeMandate.id).where(ChargeMandate.key == setup.key)
    mandate_id = db.session.scalars(of_key).one_or_none()
    if mandate_id is None:
        return False
    mandate = held(mandate_id)
    if setup.card is not None and mandate.method_id is None:
        method = _keep(setup.card, mandate.pledge)
        if mandate.state is MandateState.ASKED:
            _activate(mandate, method)
        else:
            method.ended_at = method.ended_at or clock.now()  # saved on a page that is outdated
            nudge(forget)
    elif not setup.is_open and mandate.state is MandateState.ASKED:
        _end(mandate)
    return True


def _keep(card: Card, pledge: Pledge) -> SavedMethod:
    known = db.session.scalars(sa.select(SavedMethod).where(SavedMethod.method_ref == card.ref)).one_or_none()
    if known is not None:
        return known
    method = SavedMethod(
        organisation_id=pledge.organisation_id,
        company_id=pledge.company_id,
        email=pledge.email.lower(),
        customer_ref=card.customer_ref or "",
        method_ref=card.ref,
    )
    db.session.add(method)
    refresh(method, card)
    return method


def refresh(method: SavedMethod, card: Card) -> None:
    """Take down what is printed on a card; a bank may send a new one under the same number of the provider."""
    method.brand, method.last_four = card.brand, card.last_four
    method.exp_month, method.exp_year = card.exp_month, card.exp_year
    db.session.flush()


def look_again(card: Card | None) -> bool:
    """Take down what has become of a saved card; whether it is one of ours. For one taken away, another is asked."""
    if card is None:
        return False
    known = db.session.scalars(sa.select(SavedMethod).where(SavedMethod.method_ref == card.ref)).one_or_none()
    if known is None:
        return False
    if card.customer_ref is None:
        need_card(known)
        known.forgotten_at = known.forgotten_at or clock.now()
    else:
        refresh(known, card)
    return True


def withdrawn(method_ref: str) -> bool:
    """End a saved method that its owner withdrew at the bank, and ask for another; whether it is one of ours."""
    known = db.session.scalars(sa.select(SavedMethod).where(SavedMethod.method_ref == method_ref)).one_or_none()
    need_card(known)
    return known is not None


def agree(pledge: Pledge) -> None:
    """Let the card that this sponsor has saved for another pledge be charged for this one, too.

    Raises NothingLater, NoCards where there is no such card.
    """
    method = db.session.scalars(queries.usable_for(pledge)).one_or_none()
    if method is None:
        raise NoCards()
    mandate = _asked(pledge)
    _activate(held(mandate.id), method)


def _activate(mandate: ChargeMandate, method: SavedMethod) -> None:
    before = db.session.scalars(queries.mandate_of(mandate.pledge_id, MandateState.ACTIVE)).one_or_none()
    if before is not None:
        _end(before)
        if before.method is not None and before.method is not method:
            _end_unless_used(before.method)
        db.session.flush()
    mandate.method, mandate.accepted_at = method, clock.now()
    mandate.move_to(MandateState.ACTIVE)
    db.session.flush()
    _told_by_it(mandate)
    audit.record(None, "card.saved", mandate.pledge, mandate=mandate.id)
    tell(mandate, "card_saved", f"payment.card_saved:{mandate.id}", charges=words.charges(mandate.pledge))


def _told_by_it(mandate: ChargeMandate) -> None:
    """The words just agreed to are the notice of what is charged within the week."""
    for each in words.unpaid(mandate.pledge):
        if each.state in queries.CHARGEABLE and each.due_on <= clock.today() + words.TOLD_BEFORE:
            day = max(each.due_on, clock.today())
            db.session.merge(ChargeNotice(instalment_id=each.id, charge_on=day, told_at=clock.now()))
    db.session.flush()


def remove(pledge: Pledge) -> None:
    """Take a pledge's saved card back: it is charged for none of its sponsor's pledges any more."""
    mandate = db.session.scalars(queries.mandate_of(pledge.id, MandateState.ACTIVE)).one_or_none()
    if mandate is None or mandate.method is None:
        return
    end_method(mandate.method)
    audit.record(None, "card.removed", pledge)


def _end(mandate: ChargeMandate) -> None:
    mandate.move_to(MandateState.ENDED)
    db.session.flush()


def _end_unless_used(method: SavedMethod) -> None:
    if not db.session.scalars(queries.with_method(method.id)).first():
        method.ended_at = clock.now()
        nudge(forget)


@sweep
def forget() -> None:
    """Have the provider forget the cards that have ended."""
    stripe = gateway.current()
    if stripe is None:
        return
    for method_id in db.session.scalars(queries.to_forget()).all():
        ref = db.session.get_one(SavedMethod, method_id).method_ref
        db.session.commit()
        try:
            stripe.forget_card(ref)
        except (gateway.Unclear, gateway.TryLater):
            return  # asked again a minute later
        except gateway.Rejected:
            pass  # it has none any more
        with db.transaction():
            db.session.get_one(SavedMethod, method_id).forgotten_at = clock.now()
