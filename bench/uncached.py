"""The application with a whole-page cache that holds nothing: every page is built."""

from campaigns.kit.pages import Front, Pages
from wsgi import app

front = app.wsgi_app
if not isinstance(front, Front):
    raise TypeError("the whole-page cache no longer stands before the application")
front.pages = Pages(most_bytes=0)
