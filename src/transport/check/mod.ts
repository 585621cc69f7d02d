/**
 * Checks of answers, the same for all clients.
 *
 * @module
 */
import type { TargetPlan } from "../../plan/mod.ts";
import type { CompileFindJson } from "../../request/mod.ts";

export { withChecks } from "./client.ts";

/** Loads JSONPath where a target's checks need it, and only there. */
export async function loadCompileJson(
  { check }: Pick<TargetPlan, "check">,
): Promise<{ readonly compileJson?: CompileFindJson }> {
  if (check === undefined || check.json.length === 0) return {};
  return { compileJson: (await import("./json_path.ts")).compileJson };
}
