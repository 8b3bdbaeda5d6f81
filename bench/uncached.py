"""The application with a whole-page cache that holds nothing: every page is built."""

from campaigns.kit.pages import Pages
from wsgi import app

app.extensions["pages"] = Pages(most_bytes=0)
