"""What the OpenAPI document says of every answer: schemas, headers, statuses, examples.

One place for it, beside the routes: nothing of this is looked at while a request is answered. A
test holds every schema and every example against real answers, closed to names it does not know.
"""
