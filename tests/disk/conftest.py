from tests.central.conftest import migrated

__all__ = ["migrated"]
