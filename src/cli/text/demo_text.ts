import type { Painted } from "../../base/mod.ts";
import {
  dim,
  formatMs,
  grouped,
  headline,
  type Line,
  paintText,
  rateSection,
  roundDuration,
  type TerminalCaps,
  wrap,
} from "../../report/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";

/** Shares of the answers that are told, the first that is known of them. */
const MOST = [
  { share: 0.99, words: "99 of 100" },
  { share: 0.95, words: "95 of 100" },
  { share: 0.9, words: "nine of ten" },
] as const;

/** What the demo did, for a reader who sees kar for the first time. */
export function demoText(
  snapshot: Snapshot,
  { counted, width, ...caps }: TerminalCaps & {
    /** Requests that the server counted. */
    readonly counted: number;
    readonly width: number;
  },
): Painted {
  const { plan, arrivalsDigest } = snapshot;
  const { style, text } = headline(snapshot);
  const sentence = `${text[0]!.toUpperCase()}${text.slice(1)}.`;
  const plain = (words: string): Line[] =>
    words === "" ? [] : wrap(words, width).map((line): Line => [line]);
  const lines: Line[] = [
    [[style, sentence]],
    ...plain(compared(counted, snapshot.requests)),
    ...plain(speedText(snapshot)),
    ...plain(shapeText(snapshot)),
    [],
    ...rateSection(snapshot, width),
    [],
    [dim(`plan   ${plan.planId}`)],
    [dim(`digest ${arrivalsDigest}: what was due, as sixteen digits`)],
    [dim(`seed   ${plan.pattern.seed}: the same seed sends the same again`)],
  ];
  return paintText(lines, caps, width);
}

function compared(counted: number, sent: number): string {
  const verdict = counted === sent
    ? "the two agree"
    : `they differ by ${grouped(Math.abs(counted - sent))}`;
  return `The server itself counted ${counted} requests, kar sent ${sent}: ${verdict}.`;
}

function speedText({ latency: { response } }: Snapshot): string {
  const half = response.percentile(0.5);
  const most = MOST.find(({ share }) => response.percentile(share) !== null);
  if (half === null || most === undefined) return "";
  const slow = formatMs(response.percentile(most.share));
  return `Half of the answers came within ${
    formatMs(half)
  }, ${most.words} within ${slow}; the slowest took ${
    formatMs(response.maxMs)
  }.`;
}

function shapeText({ steps, stepMs, plan }: Snapshot): string {
  const first = steps.find(({ phase }) => phase === "spike");
  if (first === undefined) return "";
  const highest = Math.max(...steps.map(({ sent }) => sent)) * 1000 / stepMs;
  return `They came irregularly, as in real life: about ${
    grouped(plan.pattern.base)
  } a second, and up to ${grouped(highest)} in a spike ${
    roundDuration(first.t)
  } after the start.`;
}
