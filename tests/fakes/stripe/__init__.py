"""A Stripe that lives in this process, holds state, and refuses what the real one refuses.

    fake = FakeStripe()
    client = fake.client()                    # the real SDK; only the network is replaced
    session = client.v1.checkout.sessions.create(params={...})
    completed = fake.pay(session.id)          # the customer pays; events are recorded
    body, headers = fake.delivery(completed, secret="whsec_…")
    fake.faults.append(faults.lost_answer())  # the next call takes effect, its answer is lost

`python -m tests.fakes.stripe --port 12111` serves the same API, with a hosted Checkout page.
"""

from tests.fakes.stripe import faults
from tests.fakes.stripe.fake import FakeStripe

__all__ = ["FakeStripe", "faults"]
