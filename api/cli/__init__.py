"""The command line ``shanhai``: thin over :mod:`api.usecases`, one module a group of commands."""
