import { KarError, SLOT_MS } from "../../src/base/mod.ts";
import type { Action, Run, SavedRun } from "../../src/run/mod.ts";
import { checkBounds } from "../../src/run/actions.ts";
import { saveRun } from "../../src/run/saved/mod.ts";
import { NOTHING_SAVED } from "../../src/threshold/mod.ts";
import type { Env, Notifier } from "../../src/daemon/mod.ts";
import { ARMED, type Explanation } from "../../src/pattern/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import type { RunState, Snapshot } from "../../src/stats/mod.ts";
import {
  firingFixture,
  FIXTURE_START_MS,
  planFixture,
} from "../fixtures/snapshot.ts";

/** Gives a folder of the test's own, and takes it away again. */
export async function withFolder(
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "kar-" });
  try {
    await use(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/** An environment whose folders all lie below one. */
export function envIn(folder: string): Env {
  return (name) =>
    ({
      XDG_RUNTIME_DIR: `${folder}/run`,
      XDG_STATE_HOME: `${folder}/state`,
    })[name];
}

/** The permission bits of a path. */
export async function modeOf(path: string): Promise<number> {
  return ((await Deno.lstat(path)).mode ?? 0) & 0o777;
}

/** Whether the tests run as someone to whom no file is closed. */
export const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

const SNAPSHOT = firingFixture();

/** A run that does what it is told and sends nothing. */
export class FakeRun implements Run {
  readonly runId = "fake";
  readonly actions: Action[] = [];
  state: RunState;
  plan: Plan = planFixture();
  nowMs = FIXTURE_START_MS + 120_050;
  endMs: number | null = null;
  /** What `reload` throws, if anything. */
  refusal: KarError | null = null;
  #finished = Promise.withResolvers<Snapshot>();

  constructor(state: RunState = "firing") {
    this.state = state;
  }

  get finished(): Promise<Snapshot> {
    return this.#finished.promise;
  }

  snapshot(): Snapshot {
    const { state, plan, nowMs, endMs } = this;
    return { ...SNAPSHOT, state, plan, nowMs, endMs };
  }

  measured(): never {
    throw new Error("nobody keeps a record here");
  }

  warn(): void {}

  explain(atMs = FIXTURE_START_MS): Explanation {
    return {
      timeMs: atMs,
      rate: 150,
      phase: "baseline",
      base: 100,
      max: 1000,
      isBaseSet: false,
      isMaxSet: true,
      factors: [{ name: "schedule", value: 1.5, why: "rule 1 of 1" }],
    };
  }

  forecast(): never {
    throw new Error("nobody asks for a forecast here");
  }

  async apply(action: Action): Promise<number> {
    checkBounds(action);
    const next = this.#stateAfter(action);
    if (next === null) {
      const message = `Cannot ${action.kind}: the run is ${this.state}`;
      throw new KarError("usage", message);
    }
    this.state = next;
    this.actions.push(action);
    return await this.#soonMs();
  }

  reload(plan: Plan): Promise<number> {
    if (this.refusal !== null) return Promise.reject(this.refusal);
    this.plan = plan;
    return Promise.resolve(this.#soonMs());
  }

  save(): SavedRun {
    const saved = saveRun({
      planId: this.plan.planId,
      nowMs: this.nowMs,
      history: { base: ARMED, changes: [], area: null },
      totals: { digest: [0, 0], run: {}, targets: {} },
      breaker: {
        trips: 0,
        heldMs: 0,
        reason: null,
        isHolding: false,
        silentUntilMs: 0,
      },
      verdict: NOTHING_SAVED,
      rank: null,
    });
    // Whoever reads it takes what it knows.
    const body = { ...saved.body as object, actions: this.actions.length };
    return { ...saved, body };
  }

  drain(): void {
    this.state = "draining";
    this.endMs = this.#soonMs();
  }

  stop(): void {
    this.state = "stopped";
    this.endMs ??= this.#soonMs();
    this.#finished.resolve(this.snapshot());
  }

  #stateAfter({ kind }: Action): RunState | null {
    switch (kind) {
      case "fire":
        return this.state === "armed" ? "firing" : null;
      case "pause":
        return this.state === "firing" ? "paused" : null;
      case "resume":
        return this.state === "paused" ? "firing" : null;
      default:
        return this.state;
    }
  }

  /** The second slot edge from now. */
  #soonMs(): number {
    return (Math.floor(this.nowMs / SLOT_MS) + 2) * SLOT_MS;
  }
}

/** What a service manager would have been told. */
export class Told implements Notifier {
  readonly isOn = true;
  readonly lines: string[] = [];

  send(...lines: readonly string[]): Promise<void> {
    this.lines.push(...lines);
    return Promise.resolve();
  }

  close(): void {}
}
