"""What is compared with: Flask and Jinja alone, giving a page of the same size and nothing else."""

import os

from flask import Flask

app = Flask(__name__)
SIZE = int(os.environ.get("BARE_SIZE", "12000"))
ROWS = [{"name": f"Line {number}", "amount": f"€{number * 100}.00"} for number in range(40)]
HEAD = "<!doctype html><html lang=en><title>{{ title }}</title><table>"
BODY = "{% for row in rows %}<tr><td>{{ row.name }}</td><td>{{ row.amount }}</td></tr>{% endfor %}</table>"
FILLER = "<p>" + "As much text as makes the size. " * (max(SIZE - 2_200, 0) // 32) + "</p>"
TEMPLATE = app.jinja_env.from_string(HEAD + BODY + FILLER)


@app.get("/")
def page() -> str:
    """The page: a title, forty rows from a loop, and text up to the size; compiled once."""
    return TEMPLATE.render(title="A nurse for Western Kenya", rows=ROWS)
