"""Bytes -> entries; HTML -> text. The only owner of feedparser and lxml.

    decode | (html page? entities?) | xml_feed (what is unseen), json_feed or sitemap | fields (clean, check, bound)

Documents are parsed in processes of their own: a document that takes too long or too much memory ends
its worker, never the daemon. What identifies the entries of a feed (`monitor.identity.identify`) is worked out there, too.
`monitor.parse.feed` is the same without the processes.
"""
