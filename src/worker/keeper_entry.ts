/**
 * Entry of the keeper's thread: answers what its clock says, then keeps time.
 * It imports next to nothing, so that the thread is small.
 */
import { keep } from "./keeper_memory/mod.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

declare const self: {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
  close(): void;
};

self.onmessage = ({ data }) => {
  if (data.kind === "ping") {
    self.postMessage({
      kind: "pong",
      nowMs: performance.now(),
      timeOriginMs: performance.timeOrigin,
    });
  }
  if (data.kind !== "keep") return;
  const { memory, generation, offsetMs } = data;
  tightenTimers();
  self.postMessage({ kind: "keeping" });
  try {
    keep(memory, generation, {
      now: () => performance.now() + offsetMs,
      wait: (ints, index, value, timeoutMs) =>
        Atomics.wait(ints, index, value, timeoutMs),
    });
  } catch (error) {
    // An error that is not caught is printed with its stack.
    const message = error instanceof Error ? error.message : `${error}`;
    self.postMessage({ kind: "failed", exit: "bug", message });
  }
  self.close();
};

/**
 * By default Linux lets a thread sleep up to 50 µs longer than it asked, to
 * save wakes; this one asks for 1 ns. See `timerslack_ns` in proc(5).
 */
function tightenTimers(): void {
  if (Deno.build.os !== "linux") return;
  try {
    const thread = Deno.readLinkSync("/proc/thread-self").split("/").pop();
    // Below thread-self itself there is no such file.
    Deno.writeTextFileSync(`/proc/${thread}/timerslack_ns`, "1");
  } catch {
    // No /proc, or no right to write there: the senders learn how late this
    // thread is.
  }
}
