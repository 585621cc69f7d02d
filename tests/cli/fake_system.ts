import { KarError, type Painted } from "../../src/base/mod.ts";
import { type SideOutput, type System, TextOutput } from "../../src/cli/mod.ts";

/** An output that keeps what was written. */
export class Kept extends TextOutput implements SideOutput {
  text = "";
  /** Set to false: the reader has gone. */
  isOpen = true;

  constructor(readonly isTerminal: boolean) {
    super();
  }

  paint(text: Painted): void {
    this.text += text;
  }

  writeSoon(text: string): void {
    this.write(text);
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a fake process begins with; all of it may be left out. */
export interface FakeSystemOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Contents of files by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  readonly wallMs?: number;
}

const RUNTIME: System["runtime"] = {
  deno: "2.9.6",
  v8: "15.0",
  os: "linux",
  arch: "x86_64",
};

/** A process in memory: it has files, a clock that stands, and signals on demand. */
export class FakeSystem implements System {
  readonly args: readonly string[];
  readonly stdout: Kept;
  readonly stderr: Kept;
  readonly terminal = null;
  readonly runtime = RUNTIME;
  readonly #options: FakeSystemOptions;
  readonly pid: number;
  readonly #stopTasks = new Set<() => void>();
  readonly #reloadTasks = new Set<() => void>();
  readonly #ticks = new Set<() => void>();
  /** Every interval that was asked for, in milliseconds. */
  readonly intervalsMs: number[] = [];

  constructor(options: FakeSystemOptions = {}) {
    const { args = [], isTerminal = false } = options;
    this.args = args;
    this.#options = options;
    // Test files share one process; in a folder that they share, too, each fake
    // one needs a number of its own.
    this.pid = options.env?.XDG_RUNTIME_DIR === undefined
      ? Deno.pid + 1 + Math.floor(Math.random() * 1e6)
      : Deno.pid;
    this.stdout = new Kept(isTerminal);
    this.stderr = new Kept(isTerminal);
  }

  /** Whether someone listens for a signal to stop. */
  get isStoppable(): boolean {
    return this.#stopTasks.size > 0;
  }

  /** Whether something is still to be called again and again. */
  get isTicking(): boolean {
    return this.#ticks.size > 0;
  }

  /** Ctrl-C. */
  interrupt(): void {
    for (const task of this.#stopTasks) task();
  }

  /** SIGHUP without a terminal. */
  hangUp(): void {
    for (const task of this.#reloadTasks) task();
  }

  /** Lets every interval pass once. */
  tick(): void {
    for (const task of this.#ticks) task();
  }

  readonly env = (name: string): string | undefined =>
    this.#options.env?.[name];

  readonly consoleSize = (): { columns: number; rows: number } | undefined =>
    this.stdout.isTerminal ? { columns: 80, rows: 24 } : undefined;

  readonly readConfigFile = (path: string): Promise<string> => {
    const text = this.#options.files?.[path];
    return text === undefined
      ? Promise.reject(new KarError("config", `${path}: there is no such file`))
      : Promise.resolve(text);
  };

  readonly isFolder = (path: string): Promise<boolean> =>
    Promise.resolve(path !== "/nowhere");

  readonly wallMs = (): number =>
    this.#options.wallMs ?? Date.UTC(2026, 10, 24, 9, 30);

  readonly zone = (): string => "Europe/Berlin";

  readonly drawSeed = (): number => 424_242;

  readonly onStopSignal = (task: () => void): () => void => {
    this.#stopTasks.add(task);
    return () => this.#stopTasks.delete(task);
  };

  readonly onReloadSignal = (task: () => void): () => void => {
    this.#reloadTasks.add(task);
    return () => this.#reloadTasks.delete(task);
  };

  /** A busy machine must not end what a test waits for. */
  readonly patienceMs = 60_000;

  readonly every = (intervalMs: number, task: () => void): () => void => {
    this.intervalsMs.push(intervalMs);
    this.#ticks.add(task);
    return () => this.#ticks.delete(task);
  };
}
