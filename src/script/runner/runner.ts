import { KarError, messageOf } from "../../base/mod.ts";
import type {
  FromScript,
  ScriptAnswer,
  ScriptArrival,
  ScriptRunner,
  ScriptSays,
  ScriptToOpen,
} from "../types.ts";
import { ScriptRows } from "../rows.ts";
import { isValidMessage } from "../valid_message.ts";
import { ScriptChild } from "./child.ts";

/** Time in which a script must be ready. */
const OPEN_MS_MAX = 30_000;
/** Pause before a lost process is replaced: the first time, and at most. */
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 30_000;

type Says = (said: ScriptSays) => void;

/**
 * Opens a script in a process of its own.
 *
 * @throws {KarError} when it cannot be evaluated there
 */
export async function openScriptProcess(
  options: ScriptToOpen,
): Promise<ScriptRunner> {
  const runner = new ProcessRunner(options);
  await runner.open();
  return runner;
}

/** The process of one script for one worker; one that is lost is replaced, later and later. */
class ProcessRunner implements ScriptRunner {
  readonly #options: ScriptToOpen;
  readonly #open = new Map<number, Says>();
  #child: ScriptChild | null = null;
  #opening: PromiseWithResolvers<void> | null = null;
  readonly #rows: ScriptRows;
  #next = 0;
  #againMs = 0;
  #downUntilMs = 0;
  #downWhy = "";
  #isRetired = false;

  constructor(options: ScriptToOpen) {
    this.#options = options;
    this.#rows = new ScriptRows(options.data, options.seed);
  }

  async open(): Promise<void> {
    const opening = Promise.withResolvers<void>();
    this.#opening = opening;
    this.#start();
    const timer = setTimeout(
      () => this.#refuse(`was not ready within ${OPEN_MS_MAX / 1000} s`),
      OPEN_MS_MAX,
    );
    try {
      await opening.promise;
    } finally {
      clearTimeout(timer);
      this.#opening = null;
      this.#closeIfRetired();
    }
  }

  begin(arrival: ScriptArrival, says: Says): number | string {
    if (this.#child === null) {
      if (performance.now() < this.#downUntilMs) return this.#downWhy;
      this.#startAgain();
      if (this.#child === null) return this.#downWhy;
    }
    const id = this.#next++;
    this.#open.set(id, says);
    const start = { ...arrival, rows: this.#rows.of(arrival) };
    this.#child.tell({ kind: "begin", id, start });
    return id;
  }

  answer(id: number, answer: ScriptAnswer): void {
    this.#child?.tell({ kind: "answer", id, answer });
  }

  thought(id: number): void {
    this.#child?.tell({ kind: "thought", id });
  }

  end(id: number): void {
    this.#open.delete(id);
    this.#child?.tell({ kind: "end", id });
    this.#closeIfRetired();
  }

  retire(): void {
    this.#isRetired = true;
    this.#closeIfRetired();
  }

  close(): void {
    this.#child?.close();
    this.#child = null;
    this.#open.clear();
  }

  /** During a run nothing else catches the error. */
  #startAgain(): void {
    try {
      this.#start();
    } catch (error) {
      this.#lose(messageOf(error));
    }
  }

  #start(): void {
    this.#child = new ScriptChild({
      said: (message) => this.#hear(message),
      lost: (why) => this.#lose(why),
    });
    const { data: _, ...setting } = this.#options;
    this.#child.tell({ kind: "open", main: setting.source.main, setting });
  }

  #hear(message: FromScript): void {
    switch (message.kind) {
      case "opened":
        return this.#opening?.resolve();
      case "broken":
        return this.#refuse("cannot be evaluated");
      case "said":
        return this.#heard(message);
    }
  }

  /**
   * Messages of a script's process are read as text from outside: the script
   * may have tampered with them.
   */
  #heard({ id, said }: Extract<FromScript, { kind: "said" }>): void {
    const says = this.#open.get(id);
    if (says === undefined) return;
    if (!isValidMessage(said, this.#options.steps.length)) {
      this.#child?.close();
      return this.#lose("it sent something that is not a message");
    }
    if (said.kind !== "done") return says(said);
    this.#open.delete(id);
    this.#againMs = 0;
    says(said);
    this.#closeIfRetired();
  }

  #refuse(why: string): void {
    this.#child?.close();
    this.#lose(why);
  }

  #lose(why: string): void {
    const { file, journey } = this.#options.source;
    this.#child = null;
    this.#againMs = Math.min(
      Math.max(2 * this.#againMs, AGAIN_MS),
      AGAIN_MS_MAX,
    );
    this.#downUntilMs = performance.now() + this.#againMs;
    this.#downWhy = `${file}: it was ended: ${why}`;
    this.#opening?.reject(
      new KarError("config", `journey ${journey}: ${this.#downWhy}`),
    );
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const says of open) says({ kind: "lost", why: this.#downWhy });
  }

  #closeIfRetired(): void {
    if (this.#isRetired && this.#open.size === 0) this.close();
  }
}
