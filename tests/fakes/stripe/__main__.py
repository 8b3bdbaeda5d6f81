"""`python -m tests.fakes.stripe`: see server.py."""

from tests.fakes.stripe.server import main

main()
