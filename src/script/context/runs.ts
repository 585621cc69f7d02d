import { SLOT_MS } from "../../base/mod.ts";
import type { DrawKey } from "../../request/mod.ts";
import { AnswerView, type FailedRequest } from "./answer.ts";
import { askedOf, type WrittenRequest } from "./ask.ts";
import { calledOf, type WrittenCall } from "./call.ts";
import { ScriptChance } from "./chance.ts";
import { ScriptUseError, thrownText } from "../thrown.ts";
import type {
  ScriptAnswer,
  ScriptFailure,
  ScriptSays,
  ScriptSetting,
  ScriptStart,
} from "../types.ts";
import { maskWords } from "../source/words.ts";

/** What a script exports, called once for each journey. */
export type ScriptMain = (context: object) => unknown;

/** Takes what is reported of a journey; `done` may come some time later. */
export type TellSaid = (
  journey: number,
  said: ScriptSays,
) => void;

/** Distinct names of checks of a script; further ones are counted as one. */
const CHECKS_MAX = 64;
/** Requests and pauses that a script is told of as cancelled once its journey has ended. */
const ASKS_AFTER_END_MAX = 16;
const THINK_MS_MAX = 24 * 3_600_000;
const CANCELLED: FailedRequest = Object.freeze({
  kind: "failure",
  failure: "cancelled",
});

/**
 * The open journeys of one script: gives each its context, and reports what the
 * script does with it. Knows no thread and no time.
 */
export class ScriptRuns {
  readonly #main: ScriptMain;
  readonly #setting: ScriptSetting;
  readonly #tell: TellSaid;
  readonly #runs = new Map<number, OpenRun>();
  readonly #chance: ScriptChance;
  readonly #checks = new Set<string>();
  /** The journey whose code ran last. */
  #current: OpenRun | null = null;

  constructor(main: ScriptMain, setting: ScriptSetting, tell: TellSaid) {
    this.#main = main;
    this.#setting = setting;
    this.#tell = tell;
    const { seed, source } = setting;
    this.#chance = new ScriptChance(seed, source.journey);
  }

  /** Starts a journey. */
  begin(id: number, start: ScriptStart): void {
    const run = new OpenRun(
      this.#setting,
      (said) => this.#tell(id, said),
    );
    this.#runs.set(id, run);
    this.#current = run;
    void this.#run(id, run, start);
  }

  answer(id: number, answer: ScriptAnswer): void {
    const run = this.#turnOf(id);
    run?.resolve(
      answer.kind === "answer"
        ? new AnswerView(answer)
        : Object.freeze({ ...answer }),
    );
  }

  thought(id: number): void {
    this.#turnOf(id)?.resolve(undefined);
  }

  /** Ends a journey: nothing that it does later is reported. */
  end(id: number): void {
    const run = this.#turnOf(id);
    this.#runs.delete(id);
    run?.end();
  }

  /** A promise was rejected, or a listener threw, and the script did not handle it. */
  stray(thrown: unknown): void {
    this.#current?.fail(this.#failureOf(thrown));
  }

  #turnOf(id: number): OpenRun | undefined {
    const run = this.#runs.get(id);
    if (run !== undefined) this.#current = run;
    return run;
  }

  async #run(id: number, run: OpenRun, start: ScriptStart): Promise<void> {
    try {
      await this.#main(this.#contextOf(run, start));
    } catch (error) {
      run.fail(this.#failureOf(error));
    }
    if (!this.#runs.delete(id)) return;
    run.isOver = true;
    this.#tell(id, {
      kind: "done",
      // Read when it is reported: a promise that was not awaited may be
      // rejected by then.
      get failure() {
        return run.failure;
      },
    });
  }

  #failureOf(thrown: unknown): ScriptFailure {
    return {
      kind: "script",
      reason: thrownText(thrown, this.#setting.source),
    };
  }

  #contextOf(run: OpenRun, { captured, rows, ...key }: ScriptStart): object {
    const drawKey: DrawKey = { ...key, iteration: 0, vars: null };
    const { slot, lane, index, offsetMs } = key;
    const intendedMs = Math.floor(slot * SLOT_MS + offsetMs);
    return Object.freeze({
      http: (step: string, request: WrittenRequest) => run.http(step, request),
      grpc: (step: string, request: WrittenCall) => run.grpc(step, request),
      think: (ms: number) => run.think(ms),
      check: (name: string, ok: boolean) => this.#check(run, name, ok),
      random: this.#chance.of(drawKey),
      data: rows,
      vars: { ...this.#setting.vars, ...captured },
      signal: run.signal,
      arrival: Object.freeze({ slot, lane, index, intendedMs }),
    });
  }

  #check(run: OpenRun, name: string, ok: boolean): boolean {
    if (ok) return true;
    const shown = maskWords(String(name), this.#setting.source.words);
    if (this.#checks.size < CHECKS_MAX) this.#checks.add(shown);
    const told = this.#checks.has(shown) ? shown : "other";
    run.fail({ kind: "check", reason: `check ${told} has failed` });
    return false;
  }
}

/** One journey of a script. */
class OpenRun {
  readonly #setting: Pick<ScriptSetting, "steps" | "calls">;
  readonly #tell: (said: ScriptSays) => void;
  readonly #abort = new AbortController();
  /** Continues the script after what it waits for; null = it waits for nothing. */
  #go: ((value: unknown) => void) | null = null;
  isOver = false;
  /** What it has asked for since. */
  #asksAfterEnd = 0;
  /** The first thing that went wrong. */
  failure: ScriptFailure | null = null;

  constructor(
    setting: Pick<ScriptSetting, "steps" | "calls">,
    tell: (said: ScriptSays) => void,
  ) {
    this.#setting = setting;
    this.#tell = tell;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  fail(failure: ScriptFailure): void {
    this.failure ??= failure;
  }

  resolve(value: unknown): void {
    const go = this.#go;
    this.#go = null;
    go?.(value);
  }

  end(): void {
    this.isOver = true;
    this.resolve(CANCELLED);
    this.#abort.abort();
  }

  async http(step: string, request: WrittenRequest): Promise<unknown> {
    const asked = askedOf(this.#numberOf(step, "http"), request);
    return await this.#wait({ kind: "http", asked });
  }

  async grpc(step: string, request: WrittenCall): Promise<unknown> {
    const asked = calledOf(this.#numberOf(step, "grpc"), request);
    return await this.#wait({ kind: "http", asked });
  }

  /** The number of a step, which must be one of the right sort. */
  #numberOf(step: string, what: "http" | "grpc"): number {
    const { steps, calls } = this.#setting;
    const number = steps.indexOf(step);
    if (number >= 0 && calls.includes(step) === (what === "grpc")) {
      return number;
    }
    if (what === "http") {
      const own = steps.filter((step) => !calls.includes(step));
      throw new ScriptUseError(
        `http: the step must be one that the script exports: ${own.join(", ")}`,
      );
    }
    const why = calls.length === 0 ? "there is none" : calls.join(", ");
    throw new ScriptUseError(
      `grpc: the step must be one that the journey's grpc has: ${why}`,
    );
  }

  async think(ms: number): Promise<void> {
    if (!(ms >= 0 && ms <= THINK_MS_MAX)) {
      throw new ScriptUseError(
        "think: must be milliseconds, from 0 to those of a day",
      );
    }
    await this.#wait({ kind: "think", ms });
  }

  /** A loop that does not look at its answers would never give way: it waits, and is collected. */
  #cancelled(): Promise<unknown> {
    return ++this.#asksAfterEnd > ASKS_AFTER_END_MAX
      ? new Promise(() => {})
      : Promise.resolve(CANCELLED);
  }

  #wait(said: ScriptSays): Promise<unknown> {
    if (this.isOver) return this.#cancelled();
    if (this.#go !== null) {
      throw new ScriptUseError(
        "a journey does one thing at a time: await the http or think before",
      );
    }
    return new Promise((resolve) => {
      this.#go = resolve;
      this.#tell(said);
    });
  }
}
