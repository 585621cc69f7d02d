import { EXIT, isoTime, KarError, printableJson } from "../../../base/mod.ts";
import { terminalCapsOf } from "../../../report/mod.ts";
import {
  type AccessFormat,
  LogProof,
  type VerifyResult,
} from "../../../verify/mod.ts";
import { expectedOf } from "../../record/expected.ts";
import { logLines } from "../../record/log_lines.ts";
import { withRecords } from "../../record/opened.ts";
import { type System, textColumns } from "../../system.ts";
import { verifyText } from "../../text/verify_text.ts";

/** What `kar verify` takes. */
export interface VerifyFlags {
  readonly path?: readonly string[] | undefined;
  readonly target?: readonly string[] | undefined;
  readonly format: AccessFormat;
  readonly field?: string | undefined;
  /** Where the trace of a replay is; absent = where it was. */
  readonly trace?: string | undefined;
  /** In milliseconds. */
  readonly slack: number;
  readonly json?: true | undefined;
}

/**
 * `kar verify RECORD LOG`: the proofs of what was sent, from the server's
 * log.
 *
 * @throws {KarError} `invalid` when counts or law are refuted
 */
export async function verify(
  system: System,
  [record, log]: readonly [string, string],
  flags: VerifyFlags,
): Promise<number> {
  const { path: paths, target: targets, format, field, slack: slackMs } = flags;
  const { trace } = flags;
  using opened = new DisposableStack();
  const proof = await withRecords(
    system,
    [record],
    ([reader]) =>
      Promise.resolve(
        new LogProof(expectedOf(reader!, { targets, slackMs, trace, opened }), {
          ...{ paths, format, field },
        }),
      ),
  );
  for await (const lines of logLines(log)) {
    for (const line of lines) proof.take(line);
  }
  const result = proof.end();
  checkReadable(log, result);
  const { stdout, env } = system;
  if (flags.json) stdout.write(`${printableJson(jsonOf(result), 2)}\n`);
  else {
    const caps = terminalCapsOf(env, stdout.isTerminal);
    const width = textColumns(system);
    stdout.paint(verifyText(result, { ...caps, width, record, log }));
  }
  checkProved(result);
  return EXIT.done;
}

/** Times as text, as in every JSON of kar. */
function jsonOf(result: VerifyResult) {
  const faults = result.counts.faults.map(({ kind, lines, fromMs, toMs }) => ({
    ...{ kind, lines },
    from: isoTime(fromMs),
    to: isoTime(toMs),
  }));
  return { ...result, counts: { ...result.counts, faults } };
}

/** @throws {KarError} `usage` when not one line could be read: the format is another one */
function checkReadable(log: string, { lines }: VerifyResult): void {
  const { read, unreadable, firstUnreadable: first } = lines;
  if (first === null || unreadable < read) return;
  throw new KarError(
    "usage",
    `Cannot read the log ${log}: none of its ${read} lines has a time that kar knows; line ${first.line} is: ${first.text}; name the format by --format, or the field of JSON lines by --field`,
  );
}

function checkProved({ counts, law }: VerifyResult): void {
  const refuted = [
    ...counts.result === "refuted" ? ["counts"] : [],
    ...law.result === "refuted" ? ["law"] : [],
  ];
  if (refuted.length === 0) return;
  throw new KarError(
    "invalid",
    `The log does not agree with the record: the proof of ${
      refuted.join(" and ")
    } is refuted`,
  );
}
