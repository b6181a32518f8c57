from tests.central.conftest import migrated, store

__all__ = ["migrated", "store"]
