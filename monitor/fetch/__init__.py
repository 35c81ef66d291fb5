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
line         bytes there and back: over a socket, or in TLS over another line
ready        when a socket can go on
address      which network addresses are public
failure      how a fetch ends early
"""

from monitor.fetch.fetcher import HttpFetcher

__all__ = ["HttpFetcher"]
