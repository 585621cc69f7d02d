import { SLOT_MS } from "../../base/mod.ts";
import type { CrawlerSpec, IrregularShape } from "./types.ts";

/** One client that asks for everything, at a constant rate. */
export function crawlerShape(
  { rate, lastsMs }: CrawlerSpec,
): IrregularShape {
  return {
    lead: 0,
    slots: Math.ceil(lastsMs / SLOT_MS),
    factorAt: () => 1,
    addedAt: () => rate,
    mixedAt: () => 0,
    hotAt: () => 0,
    heightAt: () => 1,
  };
}
