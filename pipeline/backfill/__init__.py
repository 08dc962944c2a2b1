"""Hundreds of articles into the archive, on all cores of this machine or of a Dask cluster.

backfill   a folder of articles         -> Summary    (filling.py)
crew       requests                     -> Outcomes   (crews.py: processes of this machine, a Dask cluster)
steps      a source                     -> what a worker makes of it (steps.py)
lines      articles of an area          -> which may be built now, and what was said before each (lines.py)

A brief shows what earlier reports of its area said, so briefs go into the archive in the order of an area's months, by
one process alone. Each is built with the history that it will have; before it goes in, that is compared with what the
archive says by then, and a brief built with another one is built again: the archive is the one that building article
by article gives, however many are built at a time.
"""
