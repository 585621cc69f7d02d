import assert from "node:assert/strict";
import type { Stage, StatusJson } from "./stage.ts";
import { until } from "../fixtures/until.ts";

/** What is due between two instants, from the functions that send. */
export async function plannedBetween(
  stage: Stage,
  from: string,
  to: string,
): Promise<{ arrivals: number; arrivalsDigest: string }> {
  const ms = Date.parse(to) - Date.parse(from);
  return JSON.parse(
    await stage.done(
      ...["simulate", "--digest", "--format", "json", "-c", stage.config],
      ...["--start", from, "--duration", `${ms}ms`],
    ),
  );
}

/** The instant in the answer to a change. */
export function instantIn(answer: string): string {
  const [, instant] = /from (20\S+Z)\n/.exec(answer) ??
    assert.fail(`no instant in ${answer}`);
  return instant!;
}

/**
 * The first status from some time after an instant.
 *
 * @param due as many must be due: workers of a busy machine count late
 */
export async function statusAfter(
  stage: Stage,
  instant: string,
  { afterMs, due = 0 }: { readonly afterMs: number; readonly due?: number },
): Promise<StatusJson> {
  let status = await stage.status();
  const fromMs = Date.parse(instant) + afterMs;
  await until(
    `${due} are due from ${new Date(fromMs).toISOString()}`,
    async () => {
      status = await stage.status();
      return Date.parse(status.now) >= fromMs && status.due >= due;
    },
  );
  return status;
}
