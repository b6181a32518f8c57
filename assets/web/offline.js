/* Registers the service worker, after the first screen so that it takes nothing from the start. */

/** Which build of Flutter's engine this browser has loaded: the worker keeps only that one. */
function loadedEngine() {
    const names = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    const wasm = names.find((name) => /\/(canvaskit|skwasm|skwasm_heavy)\.wasm$/.test(name)) ?? "";
    if (wasm.includes("skwasm")) {
        return wasm.includes("heavy") ? "skwasm_heavy" : "skwasm";
    }
    return wasm.includes("/chromium/") ? "chromium" : "canvaskit";
}

function announce(name) {
    document.documentElement.dataset[name] = "ready";
    document.dispatchEvent(new Event(`rundan-${name}-ready`));
}

/** Asks the active worker what it keeps: this version (offline works) or a newer one (next start). */
function askWhatIsKept(worker) {
    worker?.postMessage({ rundan: "started", version: globalThis.rundanConfig.version });
}

export async function keepOffline() {
    if (!("serviceWorker" in navigator)) {
        return;
    }
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
        if (data.rundan === "kept") {
            announce(data.version === globalThis.rundanConfig.version ? "offline" : "update");
        }
    });
    const registration = await navigator.serviceWorker.register(
        `/service-worker.js?engine=${loadedEngine()}`, { updateViaCache: "none" });
    const follow = (worker) => worker?.addEventListener("statechange", () => {
        const isNewer = worker.state === "installed" && registration.active;
        if (isNewer || worker.state === "activated") {
            askWhatIsKept(worker);
        }
    });
    follow(registration.installing);
    registration.addEventListener("updatefound", () => follow(registration.installing));
    askWhatIsKept(registration.active);
    try {
        await registration.update();
    } catch (error) {
        console.debug("no newer version could be asked for", error);
    }
}
