// Storage in IndexedDB, where there is no OPFS: SQLite's files live in memory, and flush() writes
// the blocks that changed, of all files at one moment, in one transaction. What is on disk is
// therefore always what SQLite would find after a crash at that moment.
import { fault } from "./storage-faults.js";

const DATABASE = "rundan";
const BLOCK = 16384;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const finished = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

class BlockFile {
  constructor() {
    this.bytes = new Uint8Array(BLOCK);
    this.length = 0;
    this.changed = new Set();
  }

  size() {
    return this.length;
  }

  read(view, at) {
    const count = Math.max(0, Math.min(view.length, this.length - at));
    const target = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    target.set(this.bytes.subarray(at, at + count));
    return count;
  }

  write(view, at) {
    const source = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const end = at + source.length;
    this.makeRoom(end);
    this.touch(Math.min(at, this.length), end);
    this.bytes.set(source, at);
    this.length = Math.max(this.length, end);
    return source.length;
  }

  truncate(size) {
    this.makeRoom(size);
    this.touch(Math.min(size, this.length), Math.max(size, this.length));
    this.bytes.fill(0, size, Math.max(size, this.length));
    this.length = size;
  }

  flush() {}

  makeRoom(size) {
    if (size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.ceil(Math.max(size, this.bytes.length * 1.5) / BLOCK) * BLOCK);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  touch(from, to) {
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++) this.changed.add(block);
  }

  // Asks the store to keep the blocks changed since last time; a block past the end goes away.
  putInto(store, name) {
    for (const block of this.changed) {
      const start = block * BLOCK;
      if (start >= this.length) store.delete([name, block]);
      else store.put(this.bytes.slice(start, Math.min(start + BLOCK, this.length)), [name, block]);
    }
    this.changed = new Set();
  }

  async takeFrom(store, name) {
    const range = IDBKeyRange.bound([name, 0], [name, Infinity]);
    const [keys, blocks] = await Promise.all([
      done(store.getAllKeys(range)),
      done(store.getAll(range)),
    ]);
    keys.forEach(([, block], index) => this.write(blocks[index], block * BLOCK));
    this.changed.clear();
  }
}

// Whole files, each one record. The prefix keeps them apart from what else the store holds.
class RecordFiles {
  constructor(work, store, prefix) {
    this.work = work;
    this.store = store;
    this.prefix = prefix;
  }

  async write(name, bytes) {
    await this.work(this.store, (store) => store.put(bytes, this.prefix + name));
  }

  async read(name) {
    const found = (store) => store.get(this.prefix + name);
    const bytes = await this.work(this.store, found, "readonly");
    if (bytes === undefined) throw fault("PhotoMissing", name);
    return bytes;
  }

  async remove(name) {
    await this.read(name);
    await this.work(this.store, (store) => store.delete(this.prefix + name));
  }

  async names() {
    const keys = await this.work(this.store, (store) => store.getAllKeys(), "readonly");
    const ours = keys.filter((key) => key.startsWith(this.prefix));
    return ours.map((key) => key.slice(this.prefix.length));
  }
}

class Records {
  kind = "indexeddb";
  persistence = "fallback";
  running = null;
  next = null;

  constructor(database, names) {
    this.database = database;
    this.files = Object.fromEntries(names.map((name) => [name, new BlockFile()]));
    const work = (...asked) => this.work(...asked);
    this.photos = new RecordFiles(work, "photos", "");
    this.beside = new RecordFiles(work, "meta", "beside/");
  }

  // Where this browser keeps Rundan ("opfs", "indexeddb" or null); loads the files if it is here.
  async place() {
    const meta = await this.work("meta", (store) => store.get("place"), "readonly");
    if (meta?.place === "indexeddb") {
      this.persistence = meta.persistence;
      const blocks = this.database.transaction("blocks").objectStore("blocks");
      await Promise.all(
        Object.entries(this.files).map(([name, file]) => file.takeFrom(blocks, name)),
      );
    }
    return meta?.place ?? null;
  }

  async setPlace(place, persistence) {
    await this.work("meta", (store) => store.put({ place, persistence }, "place"));
  }

  // One request in a transaction of its own; "strict" is: on disk before it is complete.
  async work(name, request, mode = "readwrite") {
    try {
      const transaction = this.database.transaction(name, mode, { durability: "strict" });
      const complete = finished(transaction);
      const [result] = await Promise.all([done(request(transaction.objectStore(name))), complete]);
      return result;
    } catch (error) {
      throw fault("StorageUnavailable", error);
    }
  }

  // A flush that arrives while one is running waits for the next, which has its data.
  flush() {
    if (this.running === null) {
      this.running = this.writeChanged().finally(() => (this.running = null));
      return this.running;
    }
    this.next ??= this.running
      .catch((error) => console.debug("storage:", error))
      .then(() => {
        this.next = null;
        return this.flush();
      });
    return this.next;
  }

  async writeChanged() {
    const files = Object.entries(this.files).filter(([, file]) => file.changed.size > 0);
    if (files.length === 0) return;
    const asked = files.map(([, file]) => [file, file.changed]);
    try {
      const transaction = this.database.transaction("blocks", "readwrite", { durability: "strict" });
      const complete = finished(transaction);
      try {
        const blocks = transaction.objectStore("blocks");
        files.forEach(([name, file]) => file.putInto(blocks, name));
      } catch (error) {
        complete.catch((aborted) => console.debug("storage:", aborted));
        transaction.abort();
        throw error;
      }
      await complete;
    } catch (error) {
      for (const [file, blocks] of asked) blocks.forEach((block) => file.changed.add(block));
      throw fault("StorageUnavailable", error);
    }
  }

  close() {
    this.database.close();
  }
}

export async function openRecords(names) {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    for (const name of ["meta", "blocks", "photos"]) request.result.createObjectStore(name);
  };
  return new Records(await done(request), names);
}
