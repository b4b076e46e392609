"""One module a use case: read from the store, call the core, log, return.

The command line and the web service are both thin over these.
"""
