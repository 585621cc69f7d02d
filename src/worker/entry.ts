/**
 * Entry of a worker thread: a `Sender` driven by messages. A mistake of the
 * user's is reported as a message; any other error ends the thread, which the
 * main thread notices and makes good.
 */
import { KarError } from "../base/mod.ts";
import { openScriptProcess } from "../script/runner/mod.ts";
import { loadClient } from "../transport/clients/mod.ts";
import { turnsUntilRead } from "./slow_reads.ts";
import { Waker } from "./keeper_memory/mod.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { RealClock } from "./real_clock.ts";
import { Sender } from "./sender.ts";

declare const self: DedicatedWorkerGlobalScope;

interface DedicatedWorkerGlobalScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

const clock = new RealClock();
let sender: Sender | undefined;

self.onmessage = async ({ data }) => {
  try {
    await obey(data);
  } catch (error) {
    if (!(error instanceof KarError)) throw error;
    const { exit, message } = error;
    self.postMessage({ kind: "failed", exit, message });
  }
};

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "open": {
      clock.offsetMs = message.offsetMs;
      const waker = new Waker(message.memory, message.options.place);
      clock.wake = (nowMs, atMs, task) => waker.ask(nowMs, atMs, task);
      sender = new Sender(message.options, clock, {
        loadClient,
        openScript: openScriptProcess,
        tell: (batch) => self.postMessage({ kind: "failing", batch }),
      });
      await sender.open();
      const readTurns = await turnsUntilRead();
      return self.postMessage({ kind: "opened", readTurns });
    }
    case "ping":
      return self.postMessage({
        kind: "pong",
        nowMs: performance.now(),
        timeOriginMs: performance.timeOrigin,
      });
    case "plan":
      await sender?.addPlan(message.plan);
      return self.postMessage({ kind: "planned" });
    case "start":
      return sender?.start(message.point);
    case "setup":
      return sender?.setUp(message.values);
    case "keep":
      throw new Error("Invariant broken: this is not a keeper");
    case "close":
      await sender?.close();
      return self.postMessage({ kind: "closed" });
  }
}
