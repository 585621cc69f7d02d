import type { Painted } from "../base/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import {
  BELOW_FLOOR,
  partsSection,
  proofSection,
  recoverySection,
  thresholdSection,
} from "./judged/mod.ts";
import { breakerSection } from "./breaker_text.ts";
import { essenceSection } from "./essence.ts";
import { costSection, noteSection, warningSection } from "./cost_text.ts";
import {
  paintText,
  type Section,
  type TerminalCaps,
  textOf,
  UNKNOWN,
} from "./format/mod.ts";
import {
  journeySection,
  phaseSection,
  scenarioSection,
  targetSection,
  timeSection,
} from "./latency_text.ts";
import { traceSection } from "./reasons_text.ts";
import { rateSection, requestSection, titleSection } from "./summary_text.ts";

/** What the text is written for. */
export interface TextOptions extends TerminalCaps {
  /** Columns; the report is made for 80 and more. */
  readonly width: number;
}

/** How much of the report people get: all of it, or what it comes to. */
export type ReportForm = "full" | "short";

/** What a report comes to, in a few lines: the end of `renderText`. */
export function renderShort(snapshot: Snapshot, options: TextOptions): Painted {
  const { width } = options;
  return paintText(essenceSection(snapshot, width), options, width);
}

/** The report for people; its essence comes last, where a terminal still shows it. */
export function renderText(snapshot: Snapshot, options: TextOptions): Painted {
  const { width } = options;
  const sections = [
    titleSection,
    requestSection,
    partsSection,
    timeSection,
    targetSection,
    journeySection,
    phaseSection,
    scenarioSection,
    rateSection,
    breakerSection,
    costSection,
    recoverySection,
    proofSection,
    traceSection,
    warningSection,
    thresholdSection,
  ].map((section) => section(snapshot, width));
  const hasUnknown = sections.some((each) => mentions(each, UNKNOWN));
  const hasMarked = sections.some((each) => mentions(each, BELOW_FLOOR));
  const all = [
    ...sections,
    noteSection(snapshot, { width, hasUnknown, hasMarked }),
    essenceSection(snapshot, width),
  ];
  const lines = all.filter((section) => section.length > 0)
    .flatMap((section, i) => (i === 0 ? section : [[], ...section]));
  return paintText(lines, options, width);
}

/** Whether a figure of a section begins with a mark. */
function mentions(section: Section, mark: string): boolean {
  return section.some((line) =>
    line.some((span) => textOf(span).trimStart().startsWith(mark))
  );
}
