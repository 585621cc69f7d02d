/**
 * Entry of the thread that runs a script. It has no permissions; it takes what
 * it needs of Deno before the script is loaded.
 */
import { type ScriptMain, ScriptRuns } from "../context/runs.ts";
import type { FromScript, ToScript } from "../types.ts";
import { batchOf, BatchReader } from "../wire.ts";
import { lock } from "./sandbox.ts";

/** What the thread reports besides messages: the memory of its objects. */
export interface ScriptPulse {
  readonly bytes: number;
}

declare const self: {
  postMessage(
    message: Uint8Array | ScriptPulse,
    transfer?: ArrayBuffer[],
  ): void;
  addEventListener(
    kind: "message",
    listener: (event: MessageEvent<Uint8Array | null>) => void,
  ): void;
  addEventListener(
    kind: "unhandledrejection",
    listener: (event: PromiseRejectionEvent) => void,
  ): void;
  addEventListener(
    kind: "error",
    listener: (event: ErrorEvent) => void,
  ): void;
};

const post = self.postMessage.bind(self);
/** In the next turn: by then it is known which rejections are handled. */
const later = setImmediate;
const soon = queueMicrotask;
const memory = Deno.memoryUsage.bind(Deno);
const reader = new BatchReader();

let runs: ScriptRuns | null = null;
let news: FromScript[] = [];
/**
 * Each message in a turn of its own, so that it is known whose promises are
 * rejected; messages after `open` wait until the script is loaded.
 */
const waiting: ToScript[] = [];

self.addEventListener("message", ({ data }) => {
  if (data === null) return beat();
  const messages = reader.take(data) as ToScript[];
  if (waiting.push(...messages) === messages.length) next();
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  runs?.stray(event.reason);
});
self.addEventListener("error", (event) => {
  event.preventDefault();
  runs?.stray(event.error);
});
lock();

/** The empty message asks whether the thread still answers. */
function beat(): void {
  const { heapUsed, external } = memory();
  post({ bytes: heapUsed + external });
}

function next(): void {
  const message = waiting[0];
  if (message === undefined) return;
  const goOn = () =>
    later(() => {
      waiting.shift();
      next();
    });
  if (message.kind === "open") void open(message).then(goOn);
  else {
    hear(message);
    goOn();
  }
}

function hear(message: Exclude<ToScript, { kind: "open" }>): void {
  switch (message.kind) {
    case "begin":
      return runs?.begin(message.id, message.start);
    case "answer":
      return runs?.answer(message.id, message.answer);
    case "thought":
      return runs?.thought(message.id);
    case "end":
      return runs?.end(message.id);
  }
}

/** Everything that follows from one message is sent together. */
function say(message: FromScript): void {
  if (news.push(message) === 1) soon(flush);
}

function flush(): void {
  const bytes = batchOf(news);
  news = [];
  post(bytes, [bytes.buffer]);
}

async function open(
  { main, setting }: Extract<ToScript, { kind: "open" }>,
): Promise<void> {
  try {
    const { steps, default: run } = await import(main);
    if (setting !== null) {
      runs = new ScriptRuns(run as ScriptMain, setting, (id, said) => {
        if (said.kind !== "done") return say({ kind: "said", id, said });
        later(() => {
          const { failure } = said;
          say({ kind: "said", id, said: { kind: "done", failure } });
        });
      });
    }
    say({
      kind: "opened",
      steps: Array.isArray(steps) ? steps.map(String) : null,
      isFunction: typeof run === "function",
    });
  } catch (error) {
    const { name, message, stack } = error instanceof Error
      ? error
      : new Error("it threw something that is not an Error");
    say({
      kind: "broken",
      ...{ name: `${name}`, message: `${message}`, stack: `${stack}` },
    });
  }
}
