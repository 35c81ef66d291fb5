"""Feeds that others collected, taken through the real fetcher and parser processes.

They lie outside the project, in the folder that NEWS_MONITOR_CORPORA names (by default ../shared/corpora,
seen from the project's root). Without it these tests are skipped.
"""
