"""Long work beside the requests: asked for, done in a process of its own, ended once.

A job is a row of the store. Whoever serves takes waiting ones (:mod:`api.jobs.runner`), one holder
a job, and runs each in a child process (:mod:`api.jobs.child`); what it stores and that it is
done are one transaction. A job whose holder is gone has failed, and stored nothing by halves.
"""

from api.jobs.queue import (
    KINDS,
    EndedAlready,
    LostJob,
    NoSuchJob,
    TooManyJobs,
    claim,
    end_or_forget,
    end_within,
    fail,
    folder,
    found,
    heartbeat,
    listed,
    states,
    submit,
)
from api.store.jobs import Job

__all__ = [
    "KINDS", "EndedAlready", "Job", "LostJob", "NoSuchJob", "TooManyJobs", "claim", "end_or_forget",
    "end_within", "fail", "folder", "found", "heartbeat", "listed", "states", "submit",
]  # fmt: skip
