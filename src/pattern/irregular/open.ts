import { unreachable } from "../../base/mod.ts";
import { crawlerShape } from "./crawler.ts";
import { cronShape } from "./cron.ts";
import { flashShape } from "./flash.ts";
import { Occurrences } from "./occurrences.ts";
import { pushShape } from "./push.ts";
import { reconnectShape } from "./reconnect.ts";
import { retryShape } from "./retry.ts";
import type { Goal, IrregularShape, IrregularSpec } from "./types.ts";

/** Less than this share of its highest excess gives a slot no phase. */
const HEIGHT_MIN = 0.01;

/** Shapes by their specs: the curves of all scenarios share them. */
const SHAPES = new WeakMap<IrregularSpec, IrregularShape>();

function shapeOf(spec: IrregularSpec): IrregularShape {
  let shape = SHAPES.get(spec);
  if (shape === undefined) {
    shape = newShape(spec);
    SHAPES.set(spec, shape);
  }
  return shape;
}

function newShape(spec: IrregularSpec): IrregularShape {
  switch (spec.kind) {
    case "cron":
      return cronShape(spec);
    case "push":
      return pushShape(spec);
    case "flash":
      return flashShape(spec);
    case "retry":
      return retryShape(spec);
    case "reconnect":
      return reconnectShape(spec);
    case "crawler":
      return crawlerShape(spec);
    default:
      return unreachable(spec);
  }
}

/** One irregularity of a pattern. */
export class OpenIrregularity {
  readonly spec: IrregularSpec;
  readonly shape: IrregularShape;
  readonly #occurrences: Occurrences;

  constructor(spec: IrregularSpec, zone: string) {
    this.spec = spec;
    this.shape = shapeOf(spec);
    this.#occurrences = new Occurrences(spec.when, zone);
  }

  /** How many slots it has been under way; −1 = it is not. */
  placeAt(slot: number): number {
    const { lead, slots } = this.shape;
    const place = slot + lead - this.#occurrences.lastAt(slot + lead);
    return place < slots ? place : -1;
  }

  /** Whether it names the phase of a slot in which it is under way. */
  isHighAt(place: number): boolean {
    return this.shape.heightAt(place) >= HEIGHT_MIN;
  }

  /** What its requests go to. */
  get goal(): Goal {
    return "target" in this.spec || "journey" in this.spec ? this.spec : {};
  }
}
