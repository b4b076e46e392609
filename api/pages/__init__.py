"""Pages for people, rendered here and complete without any script.

A page is a route like any other (:mod:`api.http.routing`): it says who may see it, calls a use
case and gives plain data to a template of ``templates/``. Every sentence stands in
``data/messages/pages.toml``. Nothing is asked of another host; no style or script stands in the
page itself, so that the content security policy can forbid both.
"""
