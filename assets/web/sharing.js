/* Giving a file away, and showing a page of ours over the app: see app/device/sharing.py.
 *
 * Each takes {name, type, content: Uint8Array, …} and answers "done", "changed_mind", "press_again",
 * "help" or "not_here".
 */

/** The browser wants a tap that is only seconds old; it says so with this error. */
const NO_TAP = "NotAllowedError";
const CHANGED_MIND = "AbortError";
const HELP = "help";
/** So long a download may still be reading its address. */
const READ_MS = 60_000;

const blobOf = ({ type, content }) => new Blob([content], { type });

export async function shareFile({ title, ...file }) {
    const files = [new File([file.content], file.name, { type: file.type })];
    if (!navigator.canShare?.({ files })) {
        return "not_here";
    }
    try {
        await navigator.share({ files, title });
        return "done";
    } catch (error) {
        if (error.name === CHANGED_MIND) {
            return "changed_mind";
        }
        // Some phones refuse a kind of file only when it comes to it: with a tap just made, that is why.
        const wasTapped = navigator.userActivation?.isActive ?? false;
        return error.name === NO_TAP && !wasTapped ? "press_again" : "not_here";
    }
}

export function saveFile(file) {
    const url = URL.createObjectURL(blobOf(file));
    const link = document.createElement("a");
    link.href = url;
    link.download = file.name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), READ_MS);
    return "done";
}

/** A frame in which no script can run, even if one got into the page. */
function frameOf(url, title) {
    const frame = document.createElement("iframe");
    frame.title = title;
    // Same origin lets us print it; modals let the print dialog come up.
    frame.setAttribute("sandbox", "allow-same-origin allow-modals");
    frame.src = url;
    return frame;
}

let shown = null;

function pageButton(text, pressed) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", pressed);
    return button;
}

/**
 * {title, close, help} Answers when it is closed: by its button, Escape, the phone's back, or hidePage;
 * "help" when by the button for that: help is a page of the app, below this one.
 */
export function showPage({ title, close, help, ...file }) {
    hidePage();
    const url = URL.createObjectURL(blobOf(file));
    const dialog = document.createElement("dialog");
    dialog.id = "shown-page";
    dialog.setAttribute("aria-label", title);
    const bar = document.createElement("div");
    bar.dir = "auto"; // the page has no direction: Flutter's tree could not bear one
    bar.append(
        pageButton(close, () => dialog.close()),
        pageButton(help, () => dialog.close(HELP)),
    );
    dialog.append(bar, frameOf(url, title));
    document.body.append(dialog);
    shown = dialog;
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => {
            dialog.remove();
            URL.revokeObjectURL(url);
            shown = shown === dialog ? null : shown;
            resolve(dialog.returnValue || "done");
        }, { once: true });
        dialog.showModal();
    });
}

export function hidePage() {
    shown?.close();
}

export function printPage({ title, ...file }) {
    const url = URL.createObjectURL(blobOf(file));
    document.getElementById("printed-page")?.remove();
    const frame = frameOf(url, title);
    frame.id = "printed-page";
    frame.setAttribute("aria-hidden", "true");
    frame.tabIndex = -1;
    document.body.append(frame);
    return new Promise((resolve) => {
        frame.addEventListener("load", async () => {
            URL.revokeObjectURL(url);
            const pictures = [...frame.contentDocument.images];
            await Promise.allSettled(pictures.map((one) => one.decode()));
            resolve("done"); // print() returns only when its dialog is closed
            frame.contentWindow.focus();
            frame.contentWindow.print();
        }, { once: true });
    });
}
