import { KarError } from "../../base/mod.ts";
import type { TraceOf } from "../../merge/mod.ts";
import type { RecordReader } from "../../record/mod.ts";
import type { ReplaySpec } from "../../trace/mod.ts";
import { openTrace, type TraceFile } from "../../transport/mod.ts";

/**
 * Opens the trace of a recorded replay when it is asked for: where it was, or
 * where a flag says that it is now.
 *
 * @param opened closes it
 */
export function traceOf(
  record: RecordReader | undefined,
  { trace, opened }: {
    readonly trace?: string | undefined;
    readonly opened: DisposableStack;
  },
): TraceOf {
  let file: TraceFile | null = null;
  return () => {
    const replay = record?.runs().at(-1)?.plan.replay;
    if (replay === undefined) throw new Error("only a replay has a trace");
    file ??= opened.use(openRecorded(replay, trace));
    return file.reader;
  };
}

/** @throws {KarError} `cannotStart` that says how the trace comes back */
function openRecorded(
  { trace, digest }: Pick<ReplaySpec, "trace" | "digest">,
  given: string | undefined,
): TraceFile {
  const path = given ?? trace;
  if (given === undefined && !isThere(path)) {
    throw new KarError(
      "cannotStart",
      `The trace of the replay is not at ${path} any more: kar replay LOG --target URL --digest --save FILE packs its log into the same trace again, and --trace FILE names it here`,
    );
  }
  return openTrace(path, digest);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
