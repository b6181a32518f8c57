// Where the field app keeps its records and photos in a browser; Python's side is
// app/device/storage/browser.py. Runs in the Python worker: sync access handles exist only there.
//
//   const storage = await open(FS, "/db")
//   storage.persistence        "durable" | "fallback" | "forgetful"
//   await storage.flush()      all that SQLite has committed is on disk
//   storage.photos             write(name, bytes) read(name) remove(name) names()
//   storage.beside             the same, for files that are not photos
//   storage.close()
//
// What it throws is a StorageFault whose `name` is what the caller can do about it: StorageFull,
// AlreadyOpen, StorageUnavailable, PhotoMissing.
import { mount, unmount } from "./storage-mount.js";
import { openOpfs } from "./storage-opfs.js";
import { openRecords } from "./storage-indexeddb.js";
import { fault, StorageFault } from "./storage-faults.js";

// After a reload the old worker may hold its lock and handles for a moment longer.
const PATIENCE_MS = 2500;
const LOCK = "rundan";
const FILES = ["rundan.db", "rundan.db-journal", "rundan.db-wal"];

// Resolves to a function that lets the lock go. The browser lets it go when the worker ends.
function lock() {
  if (!navigator.locks) throw fault("StorageUnavailable", "no locks here: is the page served by https?");
  return new Promise((granted, refused) => {
    const held = () => new Promise((release) => granted(release));
    navigator.locks
      .request(LOCK, { signal: AbortSignal.timeout(PATIENCE_MS) }, held)
      .catch((error) => {
        const waited = error.name === "TimeoutError" || error.name === "AbortError";
        refused(fault(waited ? "AlreadyOpen" : "StorageUnavailable", error));
      });
  });
}

// What was chosen the first time stays chosen: an engine that for once fails to give us OPFS must
// not show an empty Rundan in the place of the one with everything in it.
async function choose() {
  const records = await openRecords(FILES).catch((error) => error);
  const chosen = records instanceof Error ? null : await records.place();
  if (chosen === "indexeddb") return records;
  const opfs = await openOpfs(FILES, PATIENCE_MS).catch((error) => error);
  if (!(opfs instanceof Error)) {
    if (chosen === null && !(records instanceof Error)) await records.setPlace("opfs");
    if (!(records instanceof Error)) records.close();
    return opfs;
  }
  if (opfs instanceof StorageFault && opfs.name === "AlreadyOpen") throw opfs;
  if (chosen === "opfs") throw fault("StorageUnavailable", opfs);
  if (records instanceof Error) throw fault("StorageUnavailable", records);
  // An engine that has OPFS but refuses it is one with a private window (Safari: UnknownError,
  // Firefox: SecurityError). One without it, or without sync handles, is only old.
  records.persistence = opfs.refused ? "forgetful" : "fallback";
  await records.setPlace("indexeddb", records.persistence);
  return records;
}

export async function open(FS, mountpoint) {
  const release = await lock();
  try {
    const place = await choose();
    mount(FS, mountpoint, place.files);
    return {
      persistence: place.persistence,
      place: place.kind,
      photos: place.photos,
      beside: place.beside,
      flush: () => place.flush(),
      close() {
        unmount(FS, mountpoint);
        place.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw fault("StorageUnavailable", error);
  }
}
