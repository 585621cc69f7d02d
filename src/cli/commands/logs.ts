import { EXIT } from "../../base/mod.ts";
import { follow, lastLines, LOG_PARTS } from "../../daemon/mod.ts";
import { findLog } from "../find_log.ts";
import type { NameFlag } from "../operate.ts";
import type { System } from "../system.ts";

/** What `kar logs` takes. */
export interface LogsFlags extends NameFlag {
  readonly follow?: true | undefined;
  readonly lines: number;
}

/** `kar logs`: the last lines of a log, and what is added to it. */
export async function logs(
  system: System,
  flags: LogsFlags,
): Promise<number> {
  const { stdout } = system;
  const path = await findLog(system, flags);
  const { text, offset } = await lastLines(path, {
    lines: flags.lines,
    parts: LOG_PARTS,
  });
  stdout.write(text);
  if (!flags.follow) return EXIT.done;
  const end = new AbortController();
  const deafen = system.onStopSignal(() => end.abort());
  await follow(path, {
    offset,
    signal: end.signal,
    onText: (more) => {
      stdout.write(more);
      // `kar logs -f | head` is ended by nothing else.
      if (!stdout.isOpen) end.abort();
    },
  });
  deafen();
  return EXIT.done;
}
