"""Every month without a hand: what appears is noticed, and becomes briefs that people get, or that wait for one.

get       an address                -> its bytes, unless they were taken before  (polite.py)
links_of  a page or feed            -> where it leads                            (links.py)
find      pages, feeds, folders     -> new article candidates                    (finding.py, memory.py)
run       candidates                -> briefs, built, judged, kept, sent         (unattended.py, journal.py)
gate      Results                   -> reasons to hold a brief                   (gate.py)
decide    a held brief, a person    -> it goes on, or not                        (deciding.py)
report    what happened             -> a page, lines of a log                    (report.py)
"""
