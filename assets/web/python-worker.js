/* Python (Pyodide) with the app in it. See bridge.js for the messages, python.js for who starts it.
 *
 * start    loads Pyodide, puts the app's files in its file system and runs the entry module up to ft.run()
 * connect  hands Flet's packets over: from then on Uint8Arrays pass both ways
 */
import { Bridge } from "./bridge.js";
import { unpackStored } from "./unpack.js";

const SITE = "/rundan";
const fletJs = { args: null, documentUrl: null };
const bridge = new Bridge(self, { start, connect, event: pageEvent });
let onPageEvent = null;

const mark = (name) =>
    bridge.tell("mark", { name, at: performance.timeOrigin + performance.now() });

/** What app/device/page.py sees of this worker. */
self.rundanWorker = {
    call: (name, args) => bridge.call(name, args),
    listen: (handler) => { onPageEvent = handler; },
    load: (name) => import(new URL(name, import.meta.url)),
};

function pageEvent({ name, detail }) {
    onPageEvent?.(name, detail);
}

async function fetchBytes(url) {
    const response = await fetch(url);
    if (!response.ok) {
        throw new Error(`${url}: ${response.status}`);
    }
    return new Uint8Array(await response.arrayBuffer());
}

async function start(config) {
    mark("worker-started");
    bridge.tell("progress", "download");
    const archives = Promise.all(config.archives.map(fetchBytes));
    archives.catch(() => null); // told below, when Python is there
    const { loadPyodide } = await import(`${config.pyodide}pyodide.mjs`);
    bridge.tell("progress", "python");
    const pyodide = await loadPyodide({
        indexURL: config.pyodide,
        stdLibURL: config.stdlib,
        packageBaseUrl: config.pyodide,
        lockFileContents: config.lock,
        stdout: (text) => console.log(text),
        stderr: (text) => console.error(text),
    });
    mark("pyodide-loaded");
    bridge.tell("progress", "unpack");
    for (const archive of await archives) {
        unpackStored(pyodide.FS, archive, SITE);
    }
    mark("unpacked");
    bridge.tell("progress", "app");
    pyodide.registerJsModule("flet_js", fletJs);
    pyodide.globals.set("rundan_entry", config.entry);
    await pyodide.runPythonAsync(`
import os, sys
sys.path.insert(0, "${SITE}")
os.chdir("${SITE}")
sys.dont_write_bytecode = True
import runpy
runpy.run_module(rundan_entry, run_name="__main__")
`);
    if (typeof fletJs.start_connection !== "function") {
        throw new Error(`${config.entry} ended without ft.run(main)`);
    }
    mark("app-imported");
    bridge.tell("progress", "connect");
}

function sendToDart(message) {
    const bytes = message.toJs();
    self.postMessage(bytes, [bytes.buffer]);
}

async function connect({ args, documentUrl }) {
    fletJs.args = args;
    fletJs.documentUrl = documentUrl;
    await fletJs.start_connection(sendToDart);
    mark("python-connected");
}

self.onmessage = ({ data }) => {
    if (!bridge.take(data)) {
        fletJs.send(data);
    }
};
