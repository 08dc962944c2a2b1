"""What appears in the world outside, noticed.

get     an address           -> its bytes, unless they were taken before  (polite.py)
find    pages, feeds, folders -> new article candidates                   (finding.py)
taken   a candidate          -> what need not come again                  (memory.py)
"""
