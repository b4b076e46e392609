"""The index that lists are served from: the market of a store, ready to be scored.

``contents`` turns a market into arrays and a document, ``folder`` keeps them on disk, ``live`` lays
over them what must hold at once, ``keeper`` has them made anew in a process of its own (``child``)
when rows have changed.
"""
