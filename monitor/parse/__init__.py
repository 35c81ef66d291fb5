"""Bytes -> entries; HTML -> text. The only owner of feedparser and lxml.

    decode | (html page? entities?) | xml_feed (what is unseen), json_feed or sitemap | fields (clean, check, bound)

Documents are parsed in processes of their own: a document that takes too long or too much memory ends
its worker, never the daemon. `monitor.parse.feed.parse_feed` is the same without the processes.
"""
