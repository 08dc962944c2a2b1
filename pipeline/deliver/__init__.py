"""Briefs to the people who read them.

subscribers   a table of people               -> Subscribers     (subscribers.py)
issue         a brief's files                 -> an Issue        (issue.py)
make          an Issue, a Subscriber          -> a Message       (message.py, letter.py, signing.py)
send          Messages, Subscribers           -> Deliveries      (sending.py, ledger.py; post.py: by settings)
deliver       a Message                       -> a Receipt       (transport.py: smtp.py, outbox.py)
take          what comes back                 -> suppressions    (bounces.py, people.py)
application   a request with a token          -> a suppression   (wayout.py, tokens.py)
"""
