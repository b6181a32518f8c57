/* The start screen of index.html: what is going on, and what to do when it stops. */
import { languageOfThePhone, speakIn } from "./start-language.js";

const STEPS = ["download", "python", "unpack", "app", "connect"];
const started = performance.timeOrigin;

/** A point in time of the start, in ms since the page began; read by the benchmark. */
export function mark(name) {
    note({ name, at: performance.timeOrigin + performance.now() });
}

export function note({ name, at }) {
    (globalThis.rundanMarks ??= {})[name] ??= Math.round(at - started);
}

/** The page comes in Swedish. Words of another language are in its settings: see app.bundle. */
function speak(language) {
    const words = globalThis.rundanConfig.words[language];
    if (!words) {
        return;
    }
    speakIn(language);
    for (const part of document.querySelectorAll("[data-words]")) {
        part.textContent = words[`start.${part.dataset.words}`];
        part.dir = "auto"; // the root has no direction: Flutter's tree could not bear one
    }
    for (const part of document.querySelectorAll("[data-label]")) {
        part.setAttribute("aria-label", words[`start.${part.dataset.label}`]);
    }
}

export function showStep(step) {
    const screen = document.getElementById("start-screen");
    const words = screen?.querySelector(`[data-words="step.${step}"]`);
    if (!words) {
        return;
    }
    screen.querySelector("#start-step").textContent = words.textContent;
    screen.querySelector("progress").value = (STEPS.indexOf(step) + 1) / (STEPS.length + 1);
}

/** A start that stopped: one sentence, the reason for whoever helps, and a way on. */
export function showFailure(reason) {
    console.error("Rundan:", reason);
    const failure = document.getElementById("start-failure");
    if (failure.open) {
        return;
    }
    failure.querySelector("pre").textContent = reason;
    failure.querySelector("button").addEventListener("click", () => location.reload());
    failure.showModal();
}

addEventListener("flutter-first-frame", () => mark("flutter-first-frame"), { once: true });

/** The app tells when it has painted its first screen; until then ours stays. */
export function removeStartScreen() {
    mark("first-screen");
    document.getElementById("start-screen")?.remove();
}

speak(languageOfThePhone());
