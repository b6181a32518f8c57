/* The short sound when something is saved, made here: no file to fetch, so it is there offline. */

let audio = null;

/** Two notes upwards. False where the browser plays nothing (before the first touch, say). */
export async function chime() {
    const Audio = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    if (!Audio) {
        return false;
    }
    audio ??= new Audio();
    if (audio.state === "suspended") {
        await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
    }
    if (audio.state !== "running") {
        return false;
    }
    note(880, audio.currentTime, 0.09);
    note(1318.5, audio.currentTime + 0.07, 0.13);
    return true;
}

function note(hertz, at, seconds) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.4, at + 0.008);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + seconds);
}
