"""The HTTP service: thin over :mod:`api.usecases`; deny by default.

How a route is added
--------------------
1. Write the use case in ``api/usecases`` (it reads the store, calls the core, returns data).
2. In a module of ``api/http`` make ``ROUTES = Routes("noun")`` (see :mod:`api.http.routing`) and
   declare ``@ROUTES.get("/noun", roles=STAFF)``. A route without roles cannot be written so; one
   that gets into the application another way stops the service at start-up.
3. Name the module in :data:`api.http.app.PARTS`.
4. The handler takes ``caller: Signed`` (or ``Anyone``) and ``store: StoreOf`` from
   :mod:`api.http.routing`. Whose rows it may see is asked of :mod:`api.usecases.table_rows`, never
   decided in the handler. Errors are raised as the use case raises them: :mod:`api.http.problems`
   turns each into problem+json.
5. Add a line to ``tests/api/http/test_roles.py``: the test fails until it is there.
"""
