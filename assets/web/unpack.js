/* Puts the files of a zip whose members are stored (not deflated) into Pyodide's file system.
 *
 * The members are views of the archive's bytes: nothing is copied or inflated here, the transfer
 * was compressed already.
 */
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;

export function* members(archive) {
    const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
    const end = archive.byteLength - END_SIZE; // we write no archive comment
    if (view.getUint32(end, true) !== END) {
        throw new Error("the app's archive is cut short");
    }
    const text = new TextDecoder();
    let at = view.getUint32(end + 16, true);
    while (view.getUint32(at, true) === ENTRY) {
        const size = view.getUint32(at + 24, true);
        const nameLength = view.getUint16(at + 28, true);
        const extraLength = view.getUint16(at + 30, true);
        const local = view.getUint32(at + 42, true);
        const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
        const name = text.decode(archive.subarray(at + 46, at + 46 + nameLength));
        yield [name, archive.subarray(start, start + size)];
        at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    }
}

export function unpackStored(fs, archive, root) {
    const made = new Set();
    for (const [name, bytes] of members(archive)) {
        const folder = `${root}/${name.slice(0, name.lastIndexOf("/") + 1)}`;
        if (!made.has(folder)) {
            fs.mkdirTree(folder);
            made.add(folder);
        }
        fs.writeFile(`${root}/${name}`, bytes, { canOwn: true });
    }
}
