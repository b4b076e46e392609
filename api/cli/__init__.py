"""The command line ``shanhai``: thin over :mod:`api.usecases`, one module a group of commands."""

import os

# One thread of linear algebra a process: sums come out the same on any machine, a short command
# does not wait for threads to meet, and workers do not fight over the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
