import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { LiveView } from "../../src/cli/follow/live_view.ts";
import { Observers } from "../../src/observer/mod.ts";
import { forecast, type ForecastSpan } from "../../src/pattern/mod.ts";
import type { Action, Run } from "../../src/run/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { firingFixture } from "../fixtures/snapshot.ts";
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
  readonly view: LiveView;
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
  const answers: Promise<number>[] = [];
  let stops = 0;
  let forecasts = 0;
  const run = {
    snapshot: () => ({ ...snapshot, endMs: snapshot.startMs + 300_000 }),
    forecast: (span: ForecastSpan) => {
      forecasts++;
      return forecast(snapshot.plan.pattern, span);
    },
    apply(action: Action) {
      actions.push(action);
      const answer = apply(action);
      answers.push(answer);
      return answer;
    },
  } as unknown as Run;
  const view = new LiveView(system, terminal);
  const observers = new Observers(system);
  observers.add(view);
  await observers.begun(run, () => stops++);
  await settled();
  try {
    await use({
      view,
      system,
      terminal,
      actions,
      stops: () => stops,
      forecasts: () => forecasts,
    });
  } finally {
    await observers.close();
    // The last key may still wait for its answer, which comes by a real timer.
    await Promise.allSettled(answers);
  }
  assert.ok(!system.isTicking);
}

const FIRING: { -readonly [Key in keyof Snapshot]: Snapshot[Key] } =
  firingFixture();

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

/** A run that does what keys ask for, as far as its snapshot tells. */
function obedient(changes: Partial<Snapshot> = {}) {
  const told = { ...FIRING, ...changes };
  const apply = (action: Action) => {
    if (action.kind === "scale") {
      told.control = { ...told.control, scale: action.value };
    }
    return settled().then(() => 0);
  };
  return { told, apply };
}

function scalesOf(actions: readonly Action[]): number[] {
  return actions.map((each) => each.kind === "scale" ? each.value : NaN);
}

Deno.test("LiveView scales up and back down to what it was", () => {
  const { told, apply } = obedient();
  return onStage(told, async ({ terminal, actions }) => {
    for (const key of "+++---") {
      await terminal.press(key);
      await settled();
    }
    assert.deepEqual(scalesOf(actions), [1.1, 1.21, 1.33, 1.21, 1.1, 1]);
  }, apply);
});

Deno.test("LiveView scales from what is in force, whoever set it", () => {
  const { told, apply } = obedient();
  return onStage(told, async ({ terminal, actions }) => {
    await terminal.press("+");
    await settled();
    told.control = { ...told.control, scale: 2 };
    await terminal.press("-");
    assert.deepEqual(scalesOf(actions), [1.1, 1.82]);
  }, apply);
});

Deno.test("LiveView makes few changes of a key that is held down, and stops at the maximum", () => {
  const { told, apply } = obedient();
  const { base, max } = told.plan.pattern;
  return onStage(told, async ({ system, terminal, actions }) => {
    await terminal.press("+".repeat(200));
    await settled();
    assert.deepEqual(scalesOf(actions), [max / base]);
    await terminal.press("+");
    await settled();
    system.tick();
    await settled();
    assert.equal(actions.length, 1);
    assert.match(
      terminal.shown,
      /scale is x4 already: base 100\/s, max 400\/s/,
    );
    await terminal.press("-".repeat(200));
    await settled();
    assert.deepEqual(scalesOf(actions), [4, 0.01]);
  }, apply);
});

Deno.test("LiveView fires a spike as the plan has them at s", () =>
  onStage(FIRING, async ({ terminal, actions }) => {
    await terminal.press("s");
    assert.deepEqual(actions, [{ kind: "spike" }]);
  }));

Deno.test("LiveView asks anew what lies ahead when anybody changed something, and not before", () => {
  const told = { ...FIRING };
  return onStage(told, async ({ system, forecasts }) => {
    system.tick();
    system.tick();
    assert.equal(forecasts(), 1);
    told.control = { ...told.control };
    system.tick();
    assert.equal(forecasts(), 2);
    told.plan = { ...told.plan };
    system.tick();
    assert.equal(forecasts(), 3);
    told.state = "draining";
    system.tick();
    assert.equal(forecasts(), 3);
    await settled();
  });
});

Deno.test("LiveView shows a message for some seconds, and then the newest warning again", () =>
  onStage(
    { ...FIRING, warnings: ["it rains"] },
    async ({ view, system, terminal }) => {
      const picture = async () => {
        terminal.shown = "";
        system.tick();
        await settled();
        return terminal.shown;
      };
      view.line({ level: "info", message: "the sun shines" });
      assert.match(await picture(), /the sun shines/);
      let pictures = 1;
      while (!(await picture()).includes("it rains")) pictures++;
      assert.ok(pictures * 200 === 10_000, `${pictures}`);
    },
  ));

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
