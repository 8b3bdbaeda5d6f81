"""Asking Stripe, and what its faults mean."""

from collections.abc import Callable
from typing import Any

import stripe


class Unclear(Exception):
    """No answer, or a fault on Stripe's side: it may or may not have taken effect."""


class TryLater(Exception):
    """Stripe is busy with this or with too much; nothing took effect."""


class KeyReused(Exception):
    """The idempotency key was used before with other parameters; a mistake of ours that a person must see."""


class Rejected(Exception):
    """Stripe will not do this, however often it is asked; `about_card` where the saved card is why."""

    def __init__(self, words: str, *, about_card: bool = False) -> None:
        super().__init__(words)
        self.about_card = about_card


class Missing(Rejected):
    """Stripe has nothing with this id."""


def call(ask: Callable[[], Any]) -> Any:
    """What Stripe answers; its faults become Unclear, TryLater, KeyReused or Rejected."""
    try:
        return ask()
    except stripe.IdempotencyError as error:
        raise KeyReused(str(error)) from error
    except stripe.RateLimitError as error:
        raise TryLater(str(error)) from error
    except stripe.APIConnectionError as error:
        raise Unclear(str(error)) from error
    except stripe.APIError as error:
        if error.http_status == 409:
            raise TryLater(str(error)) from error
        raise Unclear(str(error)) from error
    except stripe.StripeError as error:
        words = f"{error.code or type(error).__name__}: {error.user_message or error}"
        about_card = getattr(error, "param", None) in {"payment_method", "customer"}
        refusal = Missing if error.http_status == 404 else Rejected
        raise refusal(words, about_card=about_card) from error


def every(things: Any, params: Any) -> Any:
    """All things of a list, page after page."""
    return things.list(params=params).auto_paging_iter()


class Clients:
    """The two clients: one that a person waits for, one for work in the background."""

    _prompt: stripe.StripeClient
    _patient: stripe.StripeClient

    def _client(self, waiting: bool) -> stripe.StripeClient:
        return self._prompt if waiting else self._patient
