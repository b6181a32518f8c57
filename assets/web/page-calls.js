/* What the Python worker may ask of the page: things a worker cannot do itself. */
import { connection, look, permission, room } from "./phone-state.js";
import { hidePage, printPage, saveFile, shareFile, showPage } from "./sharing.js";
import { chime } from "./signals.js";

/** Lets the person pick a picture: {accept, capture} → File, or null when nothing was picked.
 *
 * capture: "environment" opens the camera of a phone at once, null offers the files.
 */
function pickPhoto({ accept = "image/*", capture = null } = {}) {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    if (capture) {
        input.setAttribute("capture", capture);
    }
    input.hidden = true;
    document.body.append(input);
    return new Promise((resolve) => {
        const done = (file) => {
            input.remove();
            resolve(file);
        };
        input.addEventListener("change", () => done(input.files[0] ?? null), { once: true });
        input.addEventListener("cancel", () => done(null), { once: true });
        input.click();
    });
}

/** Asks the browser to keep what is stored; false where it will not promise that. */
async function persist() {
    if (!navigator.storage?.persist) {
        return false;
    }
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
}

function openLink({ url }) {
    const link = document.createElement("a");
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.click();
    return true;
}

/** {ms} a number or a pattern; false where there is no vibration (iPhones). */
function vibrate({ ms }) {
    return navigator.vibrate ? navigator.vibrate(ms) : false;
}

async function share({ title, text, url }) {
    if (!navigator.share) {
        return false;
    }
    await navigator.share({ title, text, url });
    return true;
}

/** The picture of the camera that is on, wherever Flutter has put it; null when there is none. */
function videoTrack() {
    for (const video of document.querySelectorAll("video")) {
        const track = video.srcObject?.getVideoTracks?.()[0];
        if (track?.readyState === "live") {
            return track;
        }
    }
    return null;
}

const PREVIEW_SHOWN_MS = 1000;

/** Safari and Firefox, and most cameras that look at a face, have no lamp to switch.
 *
 * A camera that was opened just now has its picture in the page some frames later.
 */
async function hasTorch() {
    const deadline = performance.now() + PREVIEW_SHOWN_MS;
    while (!videoTrack() && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return Boolean(videoTrack()?.getCapabilities?.().torch);
}

/** {on} → whether the camera has one. */
async function torch({ on }) {
    if (!(await hasTorch())) {
        return false;
    }
    await videoTrack().applyConstraints({ advanced: [{ torch: on }] });
    return true;
}

/** The address as the person opened it: Flutter changes it once it has started. */
const OPENED_AT = document.URL;

/** {visible, online, offline_ready, update_ready, standalone, languages, url, build} as they are now. */
export function pageState() {
    return {
        visible: document.visibilityState === "visible",
        online: navigator.onLine,
        offline_ready: document.documentElement.dataset.offline === "ready",
        update_ready: document.documentElement.dataset.update === "ready",
        standalone: matchMedia("(display-mode: standalone)").matches || navigator.standalone === true,
        languages: [...navigator.languages], // the one the person likes best first
        url: OPENED_AT,
        build: globalThis.rundanConfig.version,
    };
}

export const pageCalls = {
    pick_photo: pickPhoto,
    persist,
    has_torch: hasTorch,
    torch,
    open_link: openLink,
    vibrate,
    share,
    page_state: pageState,
    reload: () => location.reload(),
    chime,
    connection,
    look,
    permission,
    room,
    share_file: shareFile,
    save_file: saveFile,
    show_page: showPage,
    hide_page: hidePage,
    print_page: printPage,
};

/** Tells the worker what happens to the page: names as in pageState. */
export function forwardPageEvents(tell) {
    document.addEventListener("visibilitychange", () =>
        tell("visible", document.visibilityState === "visible"));
    addEventListener("pagehide", () => tell("visible", false));
    addEventListener("online", () => tell("online", true));
    addEventListener("offline", () => tell("online", false));
    addEventListener("languagechange", () => tell("languages", [...navigator.languages]));
    document.addEventListener("rundan-offline-ready", () => tell("offline_ready", true));
    document.addEventListener("rundan-update-ready", () => tell("update_ready", true));
}
