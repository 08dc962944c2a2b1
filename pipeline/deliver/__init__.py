"""Briefs to the people who read them.

subscribers   a table of people              -> Subscribers     (subscribers.py)
message       a brief's files, a Subscriber  -> an e-mail       (message.py)
send          an Issue, Subscribers          -> Deliveries      (sending.py, ledger.py)
outbox        messages                       -> a Maildir       (outbox.py)
"""
