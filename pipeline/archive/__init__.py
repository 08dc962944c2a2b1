"""The archive: every brief with its files, every figure with its vintages, in one folder.

add        a brief's folder, Archive      -> Added          (writing.py)
verify     Archive                        -> Faults         (verifying.py)
series     Archive, what is measured      -> Vintages       (reading.py)
search     Archive, words                 -> Hits           (searching.py)
export     Archive                        -> a Data Package (exchange.py)
site       Archive                        -> pages          (site/)
"""
