import { expand } from "../../base/mod.ts";
import type { OpenedScript } from "../../journey/mod.ts";
import type { JourneyPlan } from "../../plan/mod.ts";
import type { OpenScript, ScriptRunner } from "../../script/mod.ts";
import { NO_SOURCES } from "../../transport/mod.ts";
import type { SendPlan } from "../due.ts";

/**
 * The scripts of a worker, by everything they were opened with: plans that want
 * the same script share it, and its state.
 */
export class ScriptCache {
  readonly #open: OpenScript;
  readonly #runners = new Map<string, ScriptRunner>();

  constructor(open: OpenScript) {
    this.#open = open;
  }

  /**
   * Makes the scripts of a plan ready, by the names of their journeys.
   *
   * @throws {KarError} for one that cannot be run
   */
  async openAll(next: SendPlan): Promise<Map<string, OpenedScript>> {
    const opened = new Map<string, OpenedScript>();
    for (const journey of next.plan.journeys ?? []) {
      if (journey.script === undefined || journey.gone) continue;
      opened.set(journey.name, await this.#take(journey, next));
    }
    return opened;
  }

  /** Closes all but the used ones, once their journeys are over. */
  retire(used: ReadonlySet<ScriptRunner>): void {
    for (const [key, runner] of this.#runners) {
      if (used.has(runner)) continue;
      this.#runners.delete(key);
      runner.retire();
    }
  }

  /** Ends all at once. */
  close(): void {
    for (const runner of this.#runners.values()) runner.close();
    this.#runners.clear();
  }

  async #take(
    { name, script, items }: JourneyPlan,
    { plan, variables, sources = NO_SOURCES }: SendPlan,
  ): Promise<OpenedScript> {
    const { vars, ...fixed } = script!;
    const { pattern: { seed }, data: plans = [] } = plan;
    const data = sources.data.filter((set) => fixed.data.includes(set.name));
    const steps = items.flatMap((item) =>
      item.kind === "step" ? [item.name] : []
    );
    const given = Object.fromEntries(
      Object.entries(vars).map(([key, text]) => [key, expand(text, variables)]),
    );
    const sets = plans.filter((set) => fixed.data.includes(set.name));
    const calls = plan.targets.flatMap(({ step, grpc }) =>
      step?.journey === name && grpc !== undefined ? [step.name] : []
    );
    const own = { steps, calls, seed, vars: given };
    const key = JSON.stringify([name, fixed, own, sets]);
    const known = this.#runners.get(key);
    if (known !== undefined) return { runner: known, data };
    const source = sources.scripts!.find(({ journey }) => journey === name)!;
    const runner = await this.#open({ source, data, ...own });
    this.#runners.set(key, runner);
    return { runner, data };
  }
}
