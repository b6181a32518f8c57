/* Switches Flutter's accessibility tree on at the start: screen readers find nothing on a canvas.
 *
 * Flutter offers a hidden button for it, which people would have to find first.
 */
import { mark, removeStartScreen } from "./start-screen.js";

function appHasAScreen() {
    return document.querySelector("flt-semantics[flt-tappable], flt-semantics [flt-tappable]") !== null;
}

/** Resolves when the app (not Flet's own splash) has something on the screen to tap. */
export const firstScreen = new Promise((resolve) => {
    const watcher = new MutationObserver(() => {
        document.querySelector("flt-semantics-placeholder")?.click();
        // all that is on the screen lies in one landmark: screen readers jump to it
        document.querySelector("flt-semantics-host:not([role])")?.setAttribute("role", "main");
        if (appHasAScreen()) {
            watcher.disconnect();
            mark("semantics");
            removeStartScreen();
            resolve();
        }
    });
    watcher.observe(document.documentElement, { childList: true, subtree: true, attributes: true });
});
