"""The page and the API: thin, over what monitor.app answers.

site     all routes, put together
guard    who may ask, and what a browser may do with the answers
serve    opens the page within the daemon's event loop and closes it
server   the HTTP server
asked    what a request asks for, read from its address and its forms
shown    how things look on a page: templates and what they use
pages/   a module for each page
api/     the same as JSON, and its description (OpenAPI)

Pages are plain functions, which Starlette runs in threads: neither reading the database nor rendering holds up
the event loop. Those that change something are coroutines.
"""

from monitor.web.serve import Page

__all__ = ["Page"]
