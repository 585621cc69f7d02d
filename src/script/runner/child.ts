import {
  EVENT_INTERVAL_VARIABLE,
  KarError,
  messageOf,
  V8_FLAGS,
} from "../../base/mod.ts";
import { type FromScript, SCRIPT_WORD, type ToScript } from "../types.ts";
import { PipeWriter } from "../pipe.ts";
import { batchOf, BatchReader } from "../wire.ts";

/** What Deno needs of the environment: the script's process gets nothing else. */
const ENVIRONMENT = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "TMPDIR", "PATH"];

/** Callbacks of a script's process. */
export interface ChildEvents {
  readonly said: (message: Exclude<FromScript, { kind: "lost" }>) => void;
  /** It has ended, and why; called at most once, and never after `close`. */
  readonly lost: (why: string) => void;
}

/** The process of a script, as the worker that sends for it sees it. */
export class ScriptChild {
  /** Settles once the process and its pipe are gone; never rejects. */
  readonly ended: Promise<unknown>;
  readonly #child: Deno.ChildProcess;
  readonly #out: PipeWriter;
  readonly #on: ChildEvents;
  #news: ToScript[] = [];
  #isOver = false;

  /** @throws {KarError} when it cannot be started */
  constructor(on: ChildEvents) {
    this.#on = on;
    this.#child = startProcess(
      new URL("../host/process_entry.ts", import.meta.url).href,
    );
    this.#out = new PipeWriter(
      this.#child.stdin,
      () => this.#lose("it took nothing any more"),
    );
    this.ended = Promise.allSettled([this.#read(), this.#child.status]);
  }

  /** Sends it a message; messages of one turn go together. */
  tell(message: ToScript): void {
    if (this.#isOver) return;
    if (this.#news.push(message) === 1) queueMicrotask(() => this.#flush());
  }

  /** Ends it, whatever it does. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    this.#out.close();
  }

  #flush(): void {
    if (this.#isOver) return;
    const bytes = batchOf(this.#news);
    this.#news = [];
    this.#out.write(bytes);
  }

  async #read(): Promise<void> {
    const reader = new BatchReader();
    try {
      for await (const chunk of this.#child.stdout) {
        for (const message of reader.take(chunk)) {
          if (this.#isOver) return;
          this.#hear(message as FromScript);
        }
      }
      this.#lose("it ended");
    } catch {
      this.#lose("it sent something that is not a message");
    }
  }

  #hear(message: FromScript): void {
    if (message.kind === "lost") return this.#lose(`${message.why}`);
    this.#on.said(message);
  }

  #lose(why: string): void {
    if (this.#isOver) return;
    this.close();
    this.#on.lost(why);
  }
}

/** A session of its own: Ctrl-C is for kar, whose open journeys may then reach their end. */
function startProcess(entry: string): Deno.ChildProcess {
  const args = Deno.build.standalone
    ? [SCRIPT_WORD]
    : ["run", "-A", V8_FLAGS, "--quiet", entry];
  try {
    return new Deno.Command(Deno.execPath(), {
      args,
      clearEnv: true,
      env: {
        ...Object.fromEntries(
          ENVIRONMENT.map((name) => [name, Deno.env.get(name)] as const)
            .filter(([, value]) => value !== undefined),
        ) as Record<string, string>,
        [EVENT_INTERVAL_VARIABLE]: "1",
        MALLOC_ARENA_MAX: "2",
        DENO_NO_UPDATE_CHECK: "1",
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      detached: true,
    }).spawn();
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `Cannot start the process of a script: ${messageOf(error)}`,
    );
  }
}
