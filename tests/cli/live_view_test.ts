import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { LiveView } from "../../src/cli/attend/live_view.ts";
import { forecast, type ForecastSpan } from "../../src/pattern/mod.ts";
import type { Action, Run } from "../../src/controller/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";
import { FakeSystem } from "./fake_system.ts";

/** A terminal in memory: keys go in, what is drawn comes out. */
class FakeTerminal {
  shown = "";
  #keys!: ReadableStreamDefaultController<Uint8Array>;
  readonly input = {
    readable: new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#keys = controller;
      },
    }),
    setRaw: () => {},
  };
  readonly output = {
    write: (bytes: Uint8Array) => Promise.resolve(this.#take(bytes)),
    writeSync: (bytes: Uint8Array) => this.#take(bytes),
  };

  async press(keys: string): Promise<void> {
    this.#keys.enqueue(new TextEncoder().encode(keys));
    await settled();
  }

  #take(bytes: Uint8Array): number {
    this.shown += new TextDecoder().decode(bytes);
    return bytes.length;
  }
}

/** Lets everything that waits for nothing run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

interface Stage {
  readonly system: FakeSystem;
  readonly terminal: FakeTerminal;
  readonly actions: Action[];
  readonly stops: () => number;
  readonly forecasts: () => number;
}

/** Shows a run that stands still, and gives it what keys ask for. */
async function onStage(
  snapshot: Snapshot,
  use: (stage: Stage) => Promise<void>,
  apply: (action: Action) => Promise<number> = () => Promise.resolve(0),
): Promise<void> {
  const system = new FakeSystem({ isTerminal: true });
  const terminal = new FakeTerminal();
  const actions: Action[] = [];
  let stops = 0;
  let forecasts = 0;
  const run = {
    snapshot: () => snapshot,
    forecast: (span: ForecastSpan) => {
      forecasts++;
      return forecast(snapshot.plan.pattern, span);
    },
    apply(action: Action) {
      actions.push(action);
      return apply(action);
    },
  } as unknown as Run;
  const view = new LiveView(system, terminal, { totalMs: 300_000 });
  view.watch(run, () => stops++);
  try {
    await use({
      system,
      terminal,
      actions,
      stops: () => stops,
      forecasts: () => forecasts,
    });
  } finally {
    await view.close();
  }
  assert.ok(!system.isTicking);
}

const FIRING = snapshotFixture();

Deno.test("LiveView draws the run on every frame", () =>
  onStage(FIRING, async ({ system, terminal }) => {
    system.tick();
    await settled();
    assert.match(terminal.shown, /kar98k/);
    assert.match(terminal.shown, /next spike in|no spike in/);
  }));

Deno.test("LiveView stops at q and at Ctrl-C, which raw mode hands over as a key", () =>
  onStage(FIRING, async ({ terminal, stops, actions }) => {
    await terminal.press("q");
    await terminal.press("\x03");
    assert.equal(stops(), 2);
    assert.deepEqual(actions, []);
  }));

Deno.test("LiveView turns ENTER into what the state allows", async () => {
  const wanted = { firing: "pause", paused: "resume", armed: "fire" } as const;
  for (const [state, kind] of Object.entries(wanted)) {
    const snapshot = { ...FIRING, state: state as keyof typeof wanted };
    await onStage(snapshot, async ({ terminal, actions }) => {
      await terminal.press("\r");
      assert.deepEqual(actions, [{ kind }]);
    });
  }
});

Deno.test("LiveView scales up and down by the same step", () =>
  onStage(FIRING, async ({ terminal, actions }) => {
    await terminal.press("++-");
    const values = actions.map((each) =>
      each.kind === "scale" ? each.value : NaN
    );
    assert.ok(Math.abs(values[0]! - 1.1) < 1e-9);
    assert.ok(values[1]! > values[0]!);
    assert.ok(Math.abs(values[2]! - values[0]!) < 1e-9);
  }));

Deno.test("LiveView fires a manual spike at s, and asks again what lies ahead", () =>
  onStage(FIRING, async ({ system, terminal, actions, forecasts }) => {
    system.tick();
    system.tick();
    assert.equal(forecasts(), 1);
    await terminal.press("s");
    await settled();
    assert.equal(actions[0]!.kind, "spike");
    system.tick();
    assert.equal(forecasts(), 2);
  }));

Deno.test("LiveView shows why a change was refused", () =>
  onStage(
    FIRING,
    async ({ system, terminal }) => {
      await terminal.press("s");
      system.tick();
      await settled();
      assert.match(terminal.shown, /not while it rains/);
    },
    () => Promise.reject(new KarError("usage", "not while it rains")),
  ));
