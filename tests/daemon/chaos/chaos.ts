import assert from "node:assert/strict";
import { unit } from "../../../src/base/mod.ts";
import type { Plan } from "../../../src/plan/mod.ts";
import type { Used } from "../../cli/kar.ts";
import { instantIn, statusAfter } from "../instants.ts";
import { savedDue } from "../saved.ts";
import type { Stage } from "../stage.ts";
import {
  checkLaws,
  checkLeaks,
  configured,
  type Counted,
  namesIn,
} from "./checks.ts";
import { Model } from "./model.ts";

/** How long after an instant everybody has counted what came before it. */
const COUNTED_MS = 300;
/** One name at a time; what its files are called. */
const NAME = "chaos";

/** Something that may be done. */
type Deed = (chaos: Chaos) => Promise<void>;

/**
 * Does to a daemon what a seed says, and holds it after each step against a
 * model that knows only what the daemon has answered.
 */
export class Chaos {
  readonly #stage: Stage;
  readonly #seed: number;
  readonly #arrivals: "poisson" | "uniform";
  readonly #model: Model;
  #draws = 0;
  #base = 60;
  #pid = 0;
  #last: Counted | null = null;
  /** What was done, for whoever has to repeat it. */
  readonly story: string[] = [];

  private constructor(stage: Stage, seed: number, plan: Plan) {
    this.#stage = stage;
    this.#seed = seed;
    this.#arrivals = plan.arrivals === "uniform" ? "uniform" : "poisson";
    this.#model = new Model(plan);
  }

  /** Starts a daemon, armed. */
  static async begin(
    stage: Stage,
    { seed, arrivals }: {
      readonly seed: number;
      readonly arrivals: "poisson" | "uniform";
    },
  ): Promise<Chaos> {
    const plan = await configured(stage, { base: 60, arrivals });
    const chaos = new Chaos(stage, seed, plan);
    const { code, err } = await stage.start("--name", NAME);
    assert.equal(code, 0, err);
    await chaos.#adopt({ lo: 0, hi: 0, count: 0 });
    return chaos;
  }

  /** One step, and a look at everything. */
  async step(): Promise<void> {
    await this.#pick(DEEDS)(this);
    await this.look();
  }

  /** Holds a status against the laws of counting and the state it must have. */
  async look(): Promise<Counted> {
    const status = await this.#status();
    checkLaws(status);
    assert.equal(status.pid, this.#pid);
    const before = this.#last;
    if (before !== null) assert.ok(status.due >= before.due, "due goes back");
    this.#last = status;
    checkLeaks(this.#stage, { name: NAME, pid: this.#pid });
    return status;
  }

  async trigger(): Promise<void> {
    const { firedSlot, paused } = this.#model.control;
    const kind = firedSlot === null ? "fire" : "resume";
    await this.#change(
      firedSlot === null || paused,
      ["trigger"],
      (from) => this.#model.add(kind, from),
    );
  }

  async resume(): Promise<void> {
    const { firedSlot, paused } = this.#model.control;
    await this.#change(
      firedSlot !== null && paused,
      ["resume"],
      (from) => this.#model.add("resume", from),
    );
  }

  /** Pauses, and compares what was due with what must have been, to the last bit. */
  async pause(): Promise<void> {
    await this.compare(await this.#paused());
  }

  /** Compares what is due after a pause; null = there was none. */
  async compare(from: string | null): Promise<void> {
    if (from === null) return;
    const expectedDue = this.#model.dueBefore(from);
    const { due, arrivalsDigest, state } = await statusAfter(
      this.#stage,
      from,
      { afterMs: COUNTED_MS, due: expectedDue.count },
    );
    const is = { count: due, digest: arrivalsDigest };
    assert.deepEqual(is, expectedDue);
    const { firedSlot, paused } = this.#model.control;
    const expected = firedSlot === null
      ? "armed"
      : paused
      ? "paused"
      : "firing";
    assert.equal(state, expected);
  }

  async spike(): Promise<void> {
    const value = 1 + this.#draw(5);
    const durationMs = 100 * (1 + this.#draw(30));
    const words = ["spike", `--factor=${value}`, `--duration=${durationMs}ms`];
    await this.#change(
      true,
      words,
      (from) => this.#model.add("spike", from, { value, durationMs }),
    );
  }

  async set(kind: "base" | "max" | "scale" = this.#pick(SETTINGS)) {
    const isBack = this.#draw(4) === 0;
    const value = kind === "scale" ? this.#draw(30) / 10 : 20 + this.#draw(200);
    const words = ["set", kind, isBack ? "plan" : `${value}`];
    await this.#change(true, words, (from) =>
      this.#model.add(kind, from, {
        value: !isBack ? value : kind === "scale" ? 1 : NaN,
      }));
  }

  /** Another plan; `uniform` goes by the hour's whole area, which a successor cannot know. */
  async reload(): Promise<void> {
    if (this.#arrivals === "uniform") return;
    const base = 30 + this.#draw(100);
    const plan = await configured(this.#stage, { base, arrivals: "poisson" });
    this.#base = base;
    await this.#change(
      true,
      ["reload"],
      (from) => this.#model.addPlan(plan, from),
    );
  }

  /** A file with an error changes nothing. */
  async reloadWrongly(): Promise<void> {
    const text = await Deno.readTextFile(this.#stage.config);
    await Deno.writeTextFile(this.#stage.config, `${text}nonsense: 1\n`);
    const { code, out, err } = await this.#use("reload");
    assert.deepEqual([code, out], [3, ""]);
    assert.match(err, /^kar: .*nonsense/);
    await Deno.writeTextFile(this.#stage.config, text);
  }

  /** Three terminals at once; none of these depends on another's coming first. */
  async three(): Promise<void> {
    const [, , from] = await Promise.all([
      this.set(this.#pick(SETTINGS)),
      this.spike(),
      this.#draw(2) === 0 ? this.#paused() : this.reload(),
    ]);
    // What the others have changed is known only now.
    await this.compare(from ?? null);
  }

  /** Ends the process as nobody can prevent, and lets another one go on. */
  async kill(): Promise<void> {
    this.story.push("kill -9");
    await this.#stage.kill(this.#pid);
    await this.#succeed();
  }

  async restart(): Promise<void> {
    this.story.push("stop --now");
    await this.#stage.done("stop", "--now");
    await this.#stage.gone(this.#pid);
    await this.#succeed();
  }

  /** Many who only look. */
  async crowd(): Promise<void> {
    await Promise.all(Array.from({ length: 40 }, () => this.#status()));
  }

  /** Pauses, compares for the last time, and stops. */
  async end(): Promise<void> {
    if (this.#model.control.firedSlot === null) await this.trigger();
    if (this.#model.control.paused) await this.resume();
    await this.pause();
    const { sent } = await this.look();
    const out = await this.#stage.done("stop");
    assert.match(out, /^chaos: draining from .*\nchaos: stopped\n$/);
    await this.#stage.gone(this.#pid);
    assert.ok(this.#stage.seen >= sent);
    assert.deepEqual(namesIn(this.#stage.file("run/kar98k")), []);
  }

  /** Pauses where that makes sense; gives the instant from which it holds. */
  async #paused(): Promise<string | null> {
    const { firedSlot, paused } = this.#model.control;
    let from: string | null = null;
    await this.#change(firedSlot !== null && !paused, ["pause"], (instant) => {
      from = instant;
      this.#model.add("pause", instant);
    });
    return from;
  }

  async #succeed(): Promise<void> {
    const saved = await savedDue(this.#stage, NAME);
    const { code, err } = await this.#stage.start("--resume", "--name", NAME);
    assert.equal(code, 0, err);
    this.#last = null;
    await this.#adopt(saved);
  }

  async #adopt(saved: { lo: number; hi: number; count: number }) {
    const { pid, startedAt } = await this.#status();
    this.#pid = pid;
    const plan = await configured(this.#stage, {
      base: this.#base,
      arrivals: this.#arrivals,
    });
    this.#model.begin(startedAt, plan, saved);
  }

  async #status(): Promise<Counted> {
    return await this.#stage.status() as Counted;
  }

  /** Asks for a change that makes sense, or does not. */
  async #change(
    isSense: boolean,
    words: readonly string[],
    taken: (from: string) => void,
  ): Promise<void> {
    const { code, out, err } = await this.#use(...words);
    if (!isSense) {
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, /^kar: Cannot .*: the run is .*\n$/);
      return;
    }
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^chaos: .* from 20\S+Z\n(?: {2}.*\n)*$/);
    taken(instantIn(out));
  }

  async #use(...words: string[]): Promise<Used> {
    this.story.push(words.join(" "));
    return await this.#stage.use(...words);
  }

  #draw(below: number): number {
    return Math.floor(below * unit(this.#seed, 1, this.#draws++));
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#draw(items.length)]!;
  }
}

const SETTINGS = ["base", "max", "scale"] as const;

/** What may be done, the more often it stands here the more often. */
const DEEDS: readonly Deed[] = [
  (chaos) => chaos.trigger(),
  (chaos) => chaos.trigger(),
  (chaos) => chaos.resume(),
  (chaos) => chaos.resume(),
  (chaos) => chaos.pause(),
  (chaos) => chaos.spike(),
  (chaos) => chaos.spike(),
  (chaos) => chaos.set(),
  (chaos) => chaos.set(),
  (chaos) => chaos.reload(),
  (chaos) => chaos.reload(),
  (chaos) => chaos.reloadWrongly(),
  (chaos) => chaos.three(),
  (chaos) => chaos.three(),
  (chaos) => chaos.kill(),
  (chaos) => chaos.restart(),
  (chaos) => chaos.crowd(),
];
