import type { TargetPlan } from "./types.ts";

/** Whether an answer's code counts as success for a target. */
export function okRule(target: TargetPlan): (code: number) => boolean {
  const ranges = target.ok;
  if (ranges !== null) {
    return (code) => ranges.some(([from, to]) => code >= from && code <= to);
  }
  // A code of 0 stands for one outside 100–599, except in gRPC, where it is OK.
  return target.protocol === "grpc"
    ? (code) => code === 0
    : (code) => code >= 100 && code < 400;
}
