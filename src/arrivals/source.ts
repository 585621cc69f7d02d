import { assert } from "../base/mod.ts";
import { Area, type SlotShape, slotShapeOf } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { ArrivalList } from "./list.ts";
import { mixOf } from "./mix.ts";
import { PoissonLanes } from "./kinds/poisson.ts";
import { ReplayLanes, type ReplaySource } from "./kinds/replay.ts";
import type { SlotTraffic } from "./slot_traffic.ts";
import { UniformLanes } from "./kinds/uniform.ts";

/** What the arrivals of some lanes depend on. */
export interface SourceOptions {
  readonly plan: Plan;
  readonly lanes: readonly number[];
  readonly traffic: SlotTraffic;
  /** The area under that rate, where another source has summed it; absent = a new one. */
  readonly area?: Area;
  /** What a replay is made of; needed where the plan is one. */
  readonly replay?: ReplaySource | null;
}

/** Arrivals of a stripe, slot by slot: depends only on (plan, events, lanes, slot). */
export class ArrivalSource {
  readonly #lanes: PoissonLanes | UniformLanes | ReplayLanes;
  readonly #traffic: SlotTraffic;
  readonly #list = new ArrivalList();
  /** How arrivals lie inside a slot; null = evenly by chance. */
  readonly shape: SlotShape | null;

  constructor({ plan, lanes, traffic, area, replay }: SourceOptions) {
    this.#traffic = traffic;
    if (plan.replay !== undefined) {
      assert(replay, "a replay has its trace");
      const { base } = plan.pattern;
      this.#lanes = new ReplayLanes(plan.replay, { lanes, base }, replay);
      this.shape = null;
      return;
    }
    const seed = plan.pattern.seed;
    const choose = mixOf(plan, traffic);
    const shape = slotShapeOf(plan.pattern);
    this.shape = shape;
    this.#lanes = plan.arrivals === "poisson"
      ? new PoissonLanes(seed, lanes, { choose, shape })
      : new UniformLanes(seed, lanes, {
        ...{ choose, shape },
        area: area ?? new Area((slot) => traffic.rateAt(slot)),
      });
  }

  /** No arrivals: what a feed holds before its first slot. */
  none(): ArrivalList {
    this.#list.clear();
    return this.#list;
  }

  /** The arrivals of a slot in the order of their instants, valid until the next call. */
  slot(slot: number): ArrivalList {
    const list = this.#list;
    list.clear();
    const rate = this.#traffic.rateAt(slot);
    if (rate > 0) this.#lanes.appendSlot(slot, rate, list);
    list.sort();
    return list;
  }
}
