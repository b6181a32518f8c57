/* What the Python worker may ask of the page: things a worker cannot do itself. */

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

/** The address as the person opened it: Flutter changes it once it has started. */
const OPENED_AT = document.URL;

/** {visible, online, offline_ready, update_ready, standalone, languages, url} as they are now. */
export function pageState() {
    return {
        visible: document.visibilityState === "visible",
        online: navigator.onLine,
        offline_ready: document.documentElement.dataset.offline === "ready",
        update_ready: document.documentElement.dataset.update === "ready",
        standalone: matchMedia("(display-mode: standalone)").matches || navigator.standalone === true,
        languages: [...navigator.languages], // the one the person likes best first
        url: OPENED_AT,
    };
}

export const pageCalls = {
    pick_photo: pickPhoto,
    persist,
    open_link: openLink,
    vibrate,
    share,
    page_state: pageState,
    reload: () => location.reload(),
};

/** Tells the worker what happens to the page: names as in pageState. */
export function forwardPageEvents(tell) {
    document.addEventListener("visibilitychange", () =>
        tell("visible", document.visibilityState === "visible"));
    addEventListener("pagehide", () => tell("visible", false));
    addEventListener("online", () => tell("online", true));
    addEventListener("offline", () => tell("online", false));
    document.addEventListener("rundan-offline-ready", () => tell("offline_ready", true));
    document.addEventListener("rundan-update-ready", () => tell("update_ready", true));
}
