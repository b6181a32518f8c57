// Does this window forget everything when it is closed?
//
// Chromium's private windows have OPFS, the same quota and the same answers as others; only the
// bytes live in the browser's process, not on disk. So there every access to a sync handle is a call
// to another process (250-400 µs where this was measured), and in other windows it is a system call
// (1-2 µs). Only Chromium is asked this way; the others refuse OPFS in private windows.
const PRIVATE_FROM_US = 40;
const BATCHES = 5;
const CALLS = 20;

export function forgetsWhenClosed(file) {
  if (!("userAgentData" in navigator)) return false;
  let fastest = Infinity;
  for (let batch = 0; batch < BATCHES && fastest >= PRIVATE_FROM_US; batch++) {
    const start = performance.now();
    for (let call = 0; call < CALLS; call++) file.size();
    fastest = Math.min(fastest, ((performance.now() - start) * 1000) / CALLS);
  }
  return fastest >= PRIVATE_FROM_US;
}
