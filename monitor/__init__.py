"""Watch news feeds and tell the right people, once, that what they asked about was published.

The flow, which the folders and the layer contract repeat:

    poll:    claim_due_feeds | fetch | parse | identify | match | plan deliveries | cluster into stories
             | next_poll_at | commit_poll
    read:    claim_due_articles | fetch page | extract | match | plan deliveries | cluster | commit_article
    settle:  unsettled_deliveries | silences | groups | settle | settle_deliveries
    deliver: claim_messages | render | send | decide | rest of the channel | record_attempt
    file:    file_entries
    health:  read_health | review | commit_notice
    owner:   escalate | read_dead | undelivered | commit_dead, and what comes by the clock
    reload:  read | validate | try the rules | compare | sync_rules | sync_feeds | swap | record_reload
    prune:   part after part, step after step: look | leave what is needed | take out

``commit_poll`` is one transaction: entries, matches, stories, alerts, pending deliveries, HTTP validators and
the next poll time, and the pages that some rules wait for, which ``read`` decides on. A crash before
it repeats the poll; after it, the outbox has rows to send.
"""

__version__ = "0.1.0"
