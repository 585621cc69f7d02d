import type { FleetAsk } from "../../../src/fleet/mod.ts";
import type { PlanOnBus } from "./plans.ts";
import type { FakeMember } from "./member.ts";
import type { History } from "./history.ts";
import type { FakeWish } from "./author.ts";

/** Everything of a history lies within so long. */
const LAST_MS = 22_000;
/** What happens together lies within so long. */
const TOGETHER_MS = 4000;

/** Lets all parts begin, anything happen, and all be well at the end. */
export async function runRandom(history: History): Promise<void> {
  history.parts.forEach((_, i) => {
    if (history.chance(0.95)) {
      history.at(history.between(0, 4000), () => history.begin(i));
    }
  });
  const momentMs = history.between(5000, 18_000);
  const when = (fromMs: number) =>
    history.chance(0.5)
      ? history.between(fromMs, LAST_MS)
      : history.between(momentMs, momentMs + TOGETHER_MS);
  for (let i = 0; i < history.between(0, 6); i++) {
    history.at(when(4000), () => anything(history));
  }
  for (let i = 0; i < history.between(0, 5); i++) {
    history.at(when(3000), () => author(history));
  }
  if (history.chance(0.1)) {
    history.at(history.between(1000, 3000), () => datedBadly(history));
  }
  await history.finish();
}

/** What may happen to a part, or to all: how it begins, and how it ends. */
const TROUBLES: Readonly<
  Record<
    string,
    (history: History, one: FakeMember | undefined, part: number) =>
      | (() => void)
      | void
  >
> = {
  "bus down": ({ server }) => {
    server.isDown = true;
    return () => server.isDown = false;
  },
  restart: (history, one, part) => {
    if (history.chance(0.7)) one?.o.process.kill();
    return () => history.begin(part);
  },
  replaced: (history, one, part) => {
    history.at(history.between(0, 400), () => history.begin(part));
    if (history.chance(0.5)) return switched(one, "isCut");
    one?.o.process.stop();
    return () => one?.o.process.goOn();
  },
  stopped: (_, one) => {
    one?.o.process.stop();
    return () => one?.o.process.goOn();
  },
  cut: (_, one) => switched(one, "isCut"),
  deaf: (_, one) => switched(one, "isDeaf"),
  killed: (_, one) => one?.o.process.kill(),
  "without plans": (_, one) => switched(one, "hasNoPlans"),
  "viewer cut": ({ viewer: { o: { bus } } }) => {
    bus.isCut = true;
    return () => bus.isCut = false;
  },
  "plans lost": (history) => {
    if (history.chance(0.5)) history.losePlans();
  },
  emptied: (history) => {
    if (history.chance(0.7)) return;
    history.emptyStore();
    const row = { ...history.row, id: "r2" };
    if (history.chance(0.5)) return () => history.server.reopen(row);
  },
};

function switched(
  one: FakeMember | undefined,
  key: "isCut" | "isDeaf" | "hasNoPlans",
): () => void {
  if (one !== undefined) one.o.bus[key] = true;
  return () => {
    if (one !== undefined) one.o.bus[key] = false;
  };
}

function anything(history: History): void {
  const part = Math.floor(history.between(0, history.parts.length));
  const one = history.parts[part]!.at(-1);
  const forMs = history.between(100, 7000);
  const what = history.one(Object.keys(TROUBLES));
  history.note(`${one?.o.id ?? part}: ${what} for ${forMs.toFixed(0)}`);
  history.count(what);
  if (history.chance(0.5)) {
    history.at(history.between(0, forMs / 2), () => author(history));
  }
  const end = TROUBLES[what]!(history, one, part);
  if (end) history.at(forMs, end);
}

const KINDS = ["pause", "resume", "scale", "spike", "base", "max"] as const;

function author(history: History): void {
  const what = history.between(0, 20);
  if (what < 7) return reload(history);
  const part = 1 + Math.floor(history.between(0, history.parts.length));
  if (what < 8) return datedBadly(history);
  if (what < 8.5) {
    const ask = { kind: "stop", value: 0, durationMs: 0 } as const;
    return asked(history, "stop", { ask });
  }
  if (what < 9) {
    const ask = { kind: "drain", value: part, durationMs: 0 } as const;
    return asked(history, "drain", { ask });
  }
  const kind = history.one(KINDS);
  const factor = history.between(1.2, 3);
  const rate = history.one([80, 300, NaN]);
  const value = kind === "base" || kind === "max" ? rate : factor;
  asked(history, kind, { ask: { kind, value, durationMs: 2000 } });
}

/** Too near, far ahead so that those after it hold from there, too far, or before the fire. */
function datedBadly(history: History): void {
  const aheadSlots = history.one([1, 5, 12, 19, 25, 60, 60, 60, 37_000]);
  const { sha: plan, text } = aPlan(history);
  history.server.plans.set(plan, text);
  const ask: FleetAsk = history.one<FleetAsk>([
    { kind: "scale", value: history.between(1.2, 3), durationMs: 0 },
    { kind: "offer", value: 0, durationMs: 0, plan },
    { kind: "plan", value: 0, durationMs: 0, plan },
  ]);
  asked(history, "dated badly", { ask, aheadSlots });
}

function aPlan(history: History): PlanOnBus {
  const { parts, o: { arrivals = "poisson" } } = history;
  return history.planOf({
    base: history.one([60, 150, 300]),
    target: history.one(["first", "second", "third"]),
    arrivals: history.chance(0.8)
      ? arrivals
      : history.one(["poisson", "uniform"]),
    notBy: history.chance(0.2)
      ? 1 + Math.floor(history.between(0, parts.length))
      : 0,
  });
}

/** Another plan, now and then a second one right behind it. */
function reload(history: History): void {
  const plan = aPlan(history);
  if (history.chance(0.2)) {
    history.count("plan without an offer");
    void history.askPlan(plan);
  } else asked(history, "reload", { reload: plan.text });
  if (history.chance(0.3)) {
    history.at(history.between(0, 2500), () => reload(history));
  }
}

function asked(history: History, what: string, wish: FakeWish): void {
  history.count(what);
  // Half of them have a way that is too slow now and then.
  void history.ask(wish, history.chance(0.5) ? 30 : 400);
}
