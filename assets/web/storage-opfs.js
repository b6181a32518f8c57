// Storage in the origin private file system: SQLite's files as sync access handles that stay open,
// photos as files of their own.
import { fault } from "./storage-faults.js";
import { forgetsWhenClosed } from "./storage-private.js";

const FOLDER = "rundan";
const RETRY_MS = 50;

// A handle is exclusive: one the worker of a closed tab still holds is given up in a moment.
async function handle(file, deadline) {
  for (;;) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (error.name !== "NoModificationAllowedError" || performance.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

// SQLite's sync calls never arrive: Pyodide's SQLite uses fdatasync, which Emscripten answers
// without asking the file system. So the order that SQLite's write-ahead log needs on disk is kept
// here: what was written to one file is flushed before another file is touched. The log is on disk
// before its pages go into the database, and the database before the log starts over. Within the
// log SQLite's checksums tell a torn end. What is left is the last file written: flush() is for that.
class OrderedFiles {
  unflushed = null;

  file(handle) {
    const changed = (change) => {
      if (this.unflushed !== handle) this.flush();
      this.unflushed = handle;
      return change();
    };
    return {
      read: (view, at) => handle.read(view, { at }),
      write: (view, at) => changed(() => handle.write(view, { at })),
      size: () => handle.getSize(),
      truncate: (size) => changed(() => handle.truncate(size)),
      flush: () => this.flush(),
      close: () => handle.close(),
    };
  }

  flush() {
    this.unflushed?.flush();
    this.unflushed = null;
  }
}

class OpfsFiles {
  constructor(folder, incoming) {
    this.folder = folder;
    this.incoming = incoming;
  }

  // Written under another name first: a file that is there is whole.
  async write(name, bytes) {
    const part = `${name}.${crypto.randomUUID()}`;
    try {
      const file = await this.incoming.getFileHandle(part, { create: true });
      const access = await file.createSyncAccessHandle();
      try {
        if (access.write(bytes, { at: 0 }) < bytes.length) throw fault("StorageFull", "the disk");
        access.flush();
      } finally {
        access.close();
      }
      await file.move(this.folder, name);
    } catch (error) {
      await this.incoming.removeEntry(part).catch((gone) => console.debug("storage:", gone));
      throw fault("StorageUnavailable", error);
    }
  }

  async read(name) {
    try {
      const file = await (await this.folder.getFileHandle(name)).getFile();
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      throw fault(error.name === "NotFoundError" ? "PhotoMissing" : "StorageUnavailable", error);
    }
  }

  async remove(name) {
    await this.folder.removeEntry(name).catch((error) => {
      throw fault(error.name === "NotFoundError" ? "PhotoMissing" : "StorageUnavailable", error);
    });
  }

  async names() {
    const names = [];
    for await (const name of this.folder.keys()) names.push(name);
    return names;
  }
}

// An engine that has OPFS and refuses it throws an error with `refused` set.
async function root() {
  if (!navigator.storage?.getDirectory) throw new Error("no origin private file system");
  try {
    return await navigator.storage.getDirectory();
  } catch (error) {
    throw Object.assign(new Error(`${error.name}: ${error.message}`), { refused: true });
  }
}

export async function openOpfs(names, patience) {
  const deadline = performance.now() + patience;
  const top = await (await root()).getDirectoryHandle(FOLDER, { create: true });
  const opened = {};
  const ordered = new OrderedFiles();
  try {
    for (const name of names) {
      const file = await top.getFileHandle(name, { create: true });
      if (!file.createSyncAccessHandle || !file.move) throw new Error("no sync access handles");
      opened[name] = ordered.file(await handle(file, deadline));
    }
    await top.removeEntry("incoming", { recursive: true }).catch((error) => {
      if (error.name !== "NotFoundError") throw error;
    });
    const incoming = await top.getDirectoryHandle("incoming", { create: true });
    const photos = await top.getDirectoryHandle("photos", { create: true });
    const beside = await top.getDirectoryHandle("beside", { create: true });
    return {
      kind: "opfs",
      persistence: forgetsWhenClosed(opened[names[0]]) ? "forgetful" : "durable",
      files: opened,
      photos: new OpfsFiles(photos, incoming),
      beside: new OpfsFiles(beside, incoming),
      async flush() {
        try {
          ordered.flush();
        } catch (error) {
          throw fault("StorageUnavailable", error);
        }
      },
      close: () => Object.values(opened).forEach((file) => file.close()),
    };
  } catch (error) {
    Object.values(opened).forEach((file) => file.close());
    if (error.name === "NoModificationAllowedError") throw fault("AlreadyOpen", error);
    throw error;
  }
}
