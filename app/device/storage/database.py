"""How the phone's database is opened, on every kind of storage."""

DURABLE = (
    "locking_mode=EXCLUSIVE",
    "temp_store=MEMORY",
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=250",
)
"""Pragmas, in this order and before anything else.

With WAL a commit is one append and one fsync. EXCLUSIVE keeps the log's index in memory: a browser
has no shared memory to keep it in. 250 pages of 4 KiB bound what one unlucky commit has to carry
over to the database.
"""
