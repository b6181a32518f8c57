// All clients begin at one moment: each says "ready" and waits for a line.
import { once } from "node:events";

export const say = (measured) => process.stdout.write(JSON.stringify(measured) + "\n");

export async function go() {
  process.stdout.write("ready\n");
  await once(process.stdin, "data");
}

/** Seconds of the machine's monotonic clock, which the other processes read too. */
export const now = () => Number(process.hrtime.bigint()) / 1e9;
