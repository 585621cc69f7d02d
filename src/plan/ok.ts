import { isInRanges, protocolOf } from "../protocol/mod.ts";
import type { TargetPlan } from "./types.ts";

/** Whether an answer's code counts as success for a target. */
export function okRule(target: TargetPlan): (code: number) => boolean {
  const ranges = target.ok;
  if (ranges !== null) {
    return (code) => isInRanges(code, ranges);
  }
  return protocolOf(target.protocol).codes.isOk;
}
