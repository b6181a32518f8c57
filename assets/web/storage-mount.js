// A folder in Emscripten's file system whose files are a fixed few with synchronous read, write,
// truncate and flush. SQLite reads and writes its pages in place, and the database is never copied.
//
// A file: { read(view, at), write(view, at), size(), truncate(size), flush() }. A file of length 0
// that was never opened is one that does not exist: to SQLite an empty journal and none are alike.
const FOLDER = 0o40777;
const FILE = 0o100666;
const ENOENT = 44;
const EINVAL = 28;
const EIO = 29;
const ENOSPC = 51;
const EPERM = 63;
const BLOCK = 4096;

function fileSystem(FS, files) {
  const fail = (errno) => {
    throw new FS.ErrnoError(errno);
  };

  // Whatever else than ErrnoError leaves a system call ends Python.
  const guarded = (work) => {
    try {
      return work();
    } catch (error) {
      console.error("storage:", error);
      return fail(error?.name === "QuotaExceededError" ? ENOSPC : EIO);
    }
  };

  function create(parent, name, mode) {
    const node = FS.createNode(parent, name, mode, 0);
    node.node_ops = nodeOps;
    node.stream_ops = streamOps;
    node.file = files[name];
    node.atime = node.mtime = node.ctime = Date.now();
    return node;
  }

  const nodeOps = {
    getattr(node) {
      const size = node.file ? guarded(() => node.file.size()) : BLOCK;
      return {
        dev: 1,
        ino: node.id,
        mode: node.mode,
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        size,
        atime: new Date(node.atime),
        mtime: new Date(node.mtime),
        ctime: new Date(node.ctime),
        blksize: BLOCK,
        blocks: Math.ceil(size / BLOCK),
      };
    },
    setattr(node, attr) {
      for (const key of ["mode", "atime", "mtime", "ctime"]) {
        if (attr[key] != null) node[key] = attr[key];
      }
      if (attr.size !== undefined) guarded(() => node.file.truncate(attr.size));
    },
    lookup(parent, name) {
      if (!files[name] || guarded(() => files[name].size()) === 0) fail(ENOENT);
      return create(parent, name, FILE);
    },
    mknod(parent, name, mode) {
      return files[name] ? create(parent, name, mode) : fail(EPERM);
    },
    unlink(parent, name) {
      guarded(() => {
        files[name].truncate(0);
        files[name].flush();
      });
    },
    rename: () => fail(EPERM),
    rmdir: () => fail(EPERM),
    symlink: () => fail(EPERM),
    readdir: () => [".", "..", ...Object.keys(files).filter((name) => files[name].size() > 0)],
  };

  const streamOps = {
    llseek(stream, offset, whence) {
      const from = [0, stream.position, whence === 2 ? guarded(() => stream.node.file.size()) : 0];
      const position = from[whence] + offset;
      return position < 0 ? fail(EINVAL) : position;
    },
    read(stream, buffer, offset, length, position) {
      const view = buffer.subarray(offset, offset + length);
      return guarded(() => stream.node.file.read(view, position));
    },
    write(stream, buffer, offset, length, position) {
      const view = buffer.subarray(offset, offset + length);
      const written = guarded(() => stream.node.file.write(view, position));
      stream.node.mtime = stream.node.ctime = Date.now();
      return written;
    },
    fsync(stream) {
      guarded(() => stream.node.file?.flush());
      return 0;
    },
  };

  return { mount: () => create(null, "/", FOLDER) };
}

export function mount(FS, mountpoint, files) {
  FS.mkdirTree(mountpoint);
  FS.mount(fileSystem(FS, files), {}, mountpoint);
}

export function unmount(FS, mountpoint) {
  FS.unmount(mountpoint);
}
