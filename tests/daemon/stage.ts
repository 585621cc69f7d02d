import assert from "node:assert/strict";
import { EXIT } from "../../src/base/mod.ts";
import { KAR, kar, realKar, type Used } from "../cli/kar.ts";
import { envIn, withFolder } from "./support.ts";
import { until } from "../fixtures/until.ts";

/*
 * Real processes on loopback: daemons of their own, commands from the test's
 * process, which is much faster than one process for each.
 */

/** What of `kar status --json` the tests look at. */
export interface StatusJson {
  readonly pid: number;
  readonly state: string;
  readonly startedAt: string;
  readonly now: string;
  readonly plannedRate: number;
  readonly due: number;
  readonly sent: number;
  readonly completed: number;
  readonly arrivalsDigest: string;
  readonly targets: readonly {
    readonly name: string;
    readonly healthy?: boolean;
  }[];
}

/** Requests that the target has seen. */
interface Target {
  readonly url: string;
  readonly seen: () => number;
}

/** A place for daemons, with a target and a config. */
export class Stage {
  readonly config: string;
  readonly #folder: string;
  readonly #target: Target;
  readonly #env: Readonly<Record<string, string>>;
  readonly #started = new Map<number, Deno.ChildProcess | null>();

  constructor(folder: string, target: Target) {
    this.#folder = folder;
    this.#target = target;
    this.config = `${folder}/kar.yaml`;
    const env = envIn(folder);
    this.#env = {
      XDG_RUNTIME_DIR: env("XDG_RUNTIME_DIR")!,
      XDG_STATE_HOME: env("XDG_STATE_HOME")!,
      // The machine's own service manager has no part in this.
      NOTIFY_SOCKET: "",
    };
  }

  get url(): string {
    return this.#target.url;
  }

  get seen(): number {
    return this.#target.seen();
  }

  async configure(changes: Readonly<Record<string, string>> = {}) {
    const all: Record<string, string> = {
      targets: `[{ name: api, url: "${this.#target.url}", timeout: 5s }]`,
      controller:
        "{ base_tps: 50, max_tps: 400, ramp_up_duration: 0s, shutdown_timeout: 5s }",
      pattern: "{ poisson: { enabled: false }, noise: { enabled: false } }",
      arrivals: "uniform",
      timezone: "UTC",
      health: "{ enabled: false }",
      metrics: "{ enabled: false }",
      ...changes,
    };
    const lines = Object.entries(all).map(([key, value]) => `${key}: ${value}`);
    await Deno.writeTextFile(this.config, `${lines.join("\n")}\n`);
  }

  /** A command in this process. */
  async use(...args: string[]): Promise<Used> {
    const files = { [this.config]: await Deno.readTextFile(this.config) };
    return await kar(args, { env: this.#env, files });
  }

  /** The same, which must go well. */
  async done(...args: string[]): Promise<string> {
    const { code, out, err } = await this.use(...args);
    assert.equal(code, EXIT.done, `${args.join(" ")}: ${err}`);
    return out;
  }

  async status(...args: string[]): Promise<StatusJson> {
    return JSON.parse(await this.done("status", "--json", ...args));
  }

  /** `kar start --daemon` in a process of its own. */
  async start(...args: string[]): Promise<Used> {
    const words = ["start", "--daemon", "--config", this.config, ...args];
    const used = await realKar(words, this.#env);
    const pid = /process (\d+)\n/.exec(used.out)?.[1];
    if (pid !== undefined) this.#started.set(Number(pid), null);
    return used;
  }

  /** `kar run` in a session of its own, once it can be operated. */
  async run(...args: string[]): Promise<Deno.ChildProcess> {
    const [program, ...words] = KAR;
    const child = new Deno.Command(program, {
      args: [...words, "run", "--quiet", "--config", this.config, ...args],
      env: this.#env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    this.#started.set(child.pid, child);
    await until("it can be operated", async () => {
      const { code, out } = await this.use("status", "--json");
      return code === EXIT.done && JSON.parse(out).pid === child.pid;
    });
    return child;
  }

  /**
   * `kar run` under a shell with a terminal of its own.
   *
   * @returns the process number of kar
   */
  async runInTerminal(before: string, ...args: string[]): Promise<number> {
    const words = [...KAR, "run", "--quiet", "--config", this.config, ...args];
    const command = words.map((word) => `'${word}'`).join(" ");
    const terminal = new Deno.Command("script", {
      args: ["-qec", `${before}exec ${command}`, "/dev/null"],
      env: this.#env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#started.set(terminal.pid, terminal);
    await until(
      "it can be operated",
      async () => (await this.use("status")).code === EXIT.done,
    );
    const { pid } = await this.status();
    this.#started.set(pid, null);
    return pid;
  }

  /** Kills a process of this stage as nobody can prevent. */
  async kill(pid: number): Promise<void> {
    Deno.kill(pid, "SIGKILL");
    await this.gone(pid);
    // Its last thread takes the sockets with it.
    await until(
      "nobody answers",
      async () => (await this.use("status")).code === EXIT.notRunning,
    );
  }

  /** Waits until a process of this stage has ended. */
  async gone(pid: number): Promise<void> {
    await this.#started.get(pid)?.status;
    await until("the process is gone", () => !isAlive(pid));
    this.#started.delete(pid);
  }

  file(path: string): string {
    return `${this.#folder}/${path}`;
  }

  /** Leaves nothing running. */
  async close(): Promise<void> {
    for (const pid of this.#started.keys()) {
      if (isAlive(pid)) Deno.kill(pid, "SIGKILL");
      await this.gone(pid);
    }
  }
}

/** Whether a process runs. One that has ended and waits for its parent does not. */
function isAlive(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/\) Z /.test(stat);
  } catch {
    return false;
  }
}

/** Gives a stage with a target that answers at once. */
export async function withStage(
  use: (stage: Stage) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    let seen = 0;
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    await using server = Deno.serve(options, () => {
      seen++;
      return new Response("ok");
    });
    const url = `http://127.0.0.1:${server.addr.port}/`;
    const stage = new Stage(folder, { url, seen: () => seen });
    await stage.configure();
    try {
      await use(stage);
    } finally {
      await stage.close();
    }
  });
}
