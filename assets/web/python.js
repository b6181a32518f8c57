/* Starts the Python worker with the page, and joins it to Flutter when Dart asks for it.
 *
 * jsConnect, jsSend and jsDisconnect are Dart's names (flet_web's python.js has the same three);
 * unlike there the worker is not started by jsConnect: it has been loading beside Flutter all along.
 */
import { Bridge } from "./bridge.js";
import { forwardPageEvents, pageCalls } from "./page-calls.js";
import { mark, note, showFailure, showStep } from "./start-screen.js";

const config = globalThis.rundanConfig;
let python = null;

function startPython() {
    const worker = new Worker(new URL("python-worker.js", import.meta.url), { type: "module" });
    const running = { worker, dartOnMessage: null };
    running.bridge = new Bridge(worker, {
        ...pageCalls,
        progress: showStep,
        mark: note,
        failed: showFailure,
    });
    worker.onmessage = ({ data }) => {
        if (!running.bridge.take(data)) {
            running.dartOnMessage?.(data);
        }
    };
    worker.onerror = (event) => showFailure(event.message || "python-worker.js");
    worker.onmessageerror = () => showFailure("messageerror");
    running.ready = running.bridge.call("start", config);
    running.ready.catch((error) => showFailure(error.message));
    return running;
}

globalThis.jsConnect = async function (appId, args, dartOnMessage) {
    mark("dart-connects");
    python ??= startPython();
    python.dartOnMessage = dartOnMessage;
    await python.ready;
    await python.bridge.call("connect", { args, documentUrl: document.URL });
    mark("connected");
};

globalThis.jsSend = async function (appId, data) {
    python?.worker.postMessage(data, [data.buffer]);
};

globalThis.jsDisconnect = async function () {
    python?.worker.terminate();
    python = null;
};

globalThis.rundanPage = {
    call: (name, args) => python.bridge.call(name, args),
    calls: pageCalls,
};

python = startPython();
forwardPageEvents((name, detail) => python?.bridge.tell("event", { name, detail }));
