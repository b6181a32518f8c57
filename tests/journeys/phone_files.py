"""What a phone keeps on its disk, seen from outside the app: every file and every key."""

from __future__ import annotations

from playwright.sync_api import Page


def files_of(page: Page) -> dict[str, int]:
    """Bytes per path in the origin's private file system, the database's own files too."""
    found: dict[str, int] = page.evaluate(_FILES)
    return found


def keys_of(page: Page) -> list[str]:
    """Every key of every IndexedDB of the origin, as database/store/key."""
    found: list[str] = page.evaluate(_KEYS)
    return found


_FILES = """async () => {
    const found = {};
    async function walk(folder, path) {
        for await (const [name, handle] of folder.entries()) {
            if (handle.kind === "directory") await walk(handle, path + name + "/");
            else {
                try { found[path + name] = (await handle.getFile()).size; }
                catch { found[path + name] = -1; }  // held open by the app
            }
        }
    }
    await walk(await navigator.storage.getDirectory(), "");
    return found;
}"""

_KEYS = """async () => {
    const found = [];
    for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((done, failed) => {
            const asked = indexedDB.open(name);
            asked.onsuccess = () => done(asked.result);
            asked.onerror = () => failed(asked.error);
        });
        for (const store of database.objectStoreNames) {
            const keys = await new Promise((done, failed) => {
                const asked = database.transaction(store).objectStore(store).getAllKeys();
                asked.onsuccess = () => done(asked.result);
                asked.onerror = () => failed(asked.error);
            });
            for (const key of keys) found.push(`${name}/${store}/${key}`);
        }
        database.close();
    }
    return found;
}"""
