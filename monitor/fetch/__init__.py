"""URL -> response, within bounds and to public addresses only.

fetcher      one fetch: deadline, hops, answer -> outcome
robots       what publishers don't want fetched
redirects    which hop may follow which
url          which addresses (URLs) can be asked at all
headers      what is sent; validators and Retry-After as received
answer       status -> outcome
body         bounded, decoded body
room         memory for all large bodies together
transport    one connection per request, through a proxy or not
exchange     HTTP/1.1 on that connection
network      names -> addresses -> connection, guarded
address      which network addresses are public
failure      how a fetch ends early
"""

import sys
from types import ModuleType

# httpx does without its command line, and that takes as long to import as all the rest of it.
sys.modules.setdefault("httpx._main", ModuleType("httpx._main"))

from monitor.fetch.fetcher import HttpFetcher  # noqa: E402 - see above

__all__ = ["HttpFetcher"]
