import { EXIT, isoTime, messageOf, printableJson } from "../../../base/mod.ts";
import {
  isLocked,
  type KeptRecord,
  listRecords,
} from "../../../daemon/paths/mod.ts";
import { RecordReader } from "../../../record/mod.ts";
import { terminalCapsOf } from "../../../report/mod.ts";
import { checkOperable, type NameFlag } from "../../operate.ts";
import { type System, textColumns } from "../../system.ts";
import { type ListedRecord, runsText } from "../../text/runs_text.ts";

/** What `kar runs` takes. */
export interface RunsFlags extends NameFlag {
  readonly json?: true | undefined;
}

/** `kar runs`: the records that are kept under the state folder. */
export async function runs(
  system: System,
  { name, json }: RunsFlags,
): Promise<number> {
  checkOperable(system);
  const { stdout, env } = system;
  const kept = await listRecords(env, name);
  const listed = await Promise.all(kept.map(readRecord));
  if (json) {
    stdout.write(`${printableJson(listed, 2)}\n`);
    return EXIT.done;
  }
  const caps = terminalCapsOf(env, stdout.isTerminal);
  stdout.paint(runsText(listed, { ...caps, width: textColumns(system) }));
  return EXIT.done;
}

/** What a record says in a line; one that cannot be read costs no other one. */
async function readRecord(kept: KeptRecord): Promise<ListedRecord> {
  const { name, path, bytes } = kept;
  try {
    return { name, path, bytes, ...await summaryOf(path) };
  } catch (error) {
    return { name, path, bytes, kind: "unreadable", why: messageOf(error) };
  }
}

async function summaryOf(path: string) {
  const record = new RecordReader(path);
  try {
    const runs = record.runs();
    const { from, to } = record.extent();
    let [sent, ok, failed] = [0, 0, 0];
    for (const row of record.timeline().rows) {
      sent += row.sent;
      ok += row.ok;
      failed += row.failed;
    }
    const isClosed = runs.length > 0 && runs.at(-1)!.endedMs !== null;
    const isWritten = await isLocked(`${path}.lock`);
    return {
      kind: "known" as const,
      planId: runs.at(-1)?.plan.planId ?? "",
      begun: isoTime(runs[0]?.begunMs ?? 0),
      durationMs: from < to ? (to - from) * 1000 : 0,
      state: isClosed ? "ended" : isWritten ? "running" : "killed",
      sent,
      ok,
      failed,
    };
  } finally {
    record.close();
  }
}
