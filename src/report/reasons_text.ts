import type { Reason, TargetReason } from "../stats/mod.ts";
import { codeText } from "../protocol/mod.ts";
import { grouped, type Line, wrap } from "./format/mod.ts";

const INDENT = "    ";

/** What is known of why requests of a target failed. */
export interface Failing {
  readonly failed: Readonly<Record<string, number | undefined>>;
  readonly reasons: readonly TextReason[];
}

/** A reason that may have come from another process. */
type TextReason = Omit<Reason, "kind"> & { readonly kind: string };

/**
 * Why requests failed, a line for each reason: `tls ×20: the certificate …`.
 * A code that says no more than its name stands among the answers already.
 */
export function reasonTexts({ failed, reasons }: Failing): string[] {
  const kinds = [...new Set(reasons.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const all = reasons.filter((reason) => reason.kind === kind);
    const known = all.reduce((sum, { count }) => sum + count, 0);
    const rest = (failed[kind] ?? 0) - known;
    const texts = all.filter(saysMore).map(({ count, reason }) =>
      `${kind} ×${grouped(count)}: ${reason}`
    );
    if (rest > 0 && texts.length > 0) {
      texts.push(`${kind} ×${grouped(rest)}: for other reasons`);
    }
    return texts;
  });
}

/** The same as lines of a text report. */
export function reasonLines(failing: Failing, width: number): Line[] {
  return reasonTexts(failing).flatMap((text) =>
    wrap(text, width - 2 * INDENT.length).map((
      line,
      i,
    ): Line => [[
      "error",
      `${INDENT}${i === 0 ? "" : INDENT}${line}`,
    ]])
  );
}

function saysMore({ code, reason }: TextReason): boolean {
  return code === null || reason !== codeText(code);
}

/** A reason in one line, with the name of its target. */
export function reasonText(
  { target, kind, reason }: TargetReason,
  targets: readonly { readonly name: string }[],
): string {
  return `${targets[target]?.name ?? "?"}: ${kind}: ${reason}`;
}

/** The reason that most failures of some targets have; null = none is known. */
export function tellingReason(
  targets: readonly { readonly reasons: readonly Reason[] }[],
): TargetReason | null {
  const all = targets.flatMap(({ reasons }, target) =>
    reasons.map((reason): TargetReason => ({ ...reason, target }))
  );
  return all.reduce<TargetReason | null>(
    (most, reason) =>
      most === null || reason.count > most.count ? reason : most,
    null,
  );
}
