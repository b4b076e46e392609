"""Backups: one file with all of a store and its models, checked before anything of it is read.

::

    shanhai.zip
      tables/enterprises.jsonl      one table a member: the columns, then a row a line
      models/20080301-9f3c…/…       each model, as it is stored
      models/active                 which one is in use
      jobs/…/summary.json           what simulations came to
      overdue_rules.toml            a user's own rules, where there are any
      manifest.json                 format, layout, SHA-256 and size of every member
      (comment)                     SHA-256 of every byte before it
"""
