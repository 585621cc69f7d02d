import { formatDuration, isoTime } from "../../base/mod.ts";
import { comment } from "../../draft/mod.ts";
import type { Learned } from "../learn.ts";
import { counted, digits, percent, roundMs } from "./figures.ts";

/** The highest ten seconds are no further above the highest level at a ceiling. */
const FLAT_CEILING = 0.05;

/** What a reader has to know of a learned plan, as comments. */
export function headLines(learned: Learned): string[] {
  const { fromSec, toSec, requests, meanRate, facts } = learned;
  const days = (toSec - fromSec) / 86_400;
  const lines = [
    `Learned by kar learn from ${counted(requests)} requests of ${
      days >= 1
        ? `${digits(days)} days`
        : formatDuration(roundMs(days * 86_400))
    }, ${isoTime(fromSec * 1000)} to ${isoTime(toSec * 1000)}, ${
      digits(meanRate)
    } a second. Every key: kar schema`,
    "  kar validate FILE            all problems at once",
    "  kar simulate --config FILE   what would be sent",
    "  kar run --config FILE        send it",
    "A typical week, and no forecast: what the service served, with its limits in it.",
    ...stampLines(facts),
    ...outageLines(learned),
    ...foldLines(learned),
    ...ceilingLines(learned),
    ...mixLines(learned),
    ...journeyNotes(learned),
    "Not told by it, and keys of pattern: dates that differ (calendar), growth (trend), shares of targets that wander (mix).",
  ];
  return lines.map((line) => `# ${comment(line)}`);
}

function stampLines(facts: Learned["facts"]): string[] {
  if (facts === null) return [];
  const { lines, stamp, format, order } = facts;
  const refused = lines.unreadable + lines.badStamps + lines.long;
  const back = `${counted(order.backByStamp)} of ${
    counted(order.lines)
  } lines go back by it`;
  const how = order.lines === 0
    ? "as --stamp says"
    : order.isTold
    ? back
    : `a guess, since ${back}; --stamp says it`;
  return [
    `Format ${format}; stamps are of the ${stamp} of requests (${how}${
      lines.withDuration > 0 && order.lines > 0
        ? `, ${counted(order.backByEnd)} by stamp + duration`
        : ""
    }).`,
    ...(refused > 0
      ? [
        `Left out: ${counted(lines.unreadable)} lines that cannot be read, ${
          counted(lines.badStamps)
        } stamps far from all others, ${counted(lines.long)} lines over 1 MB.`,
      ]
      : []),
    ...(lines.leaps + lines.steps > 0
      ? [
        `The stamps leap forwards ${lines.leaps} times and step back ${lines.steps} times by about an hour or more.`,
      ]
      : []),
    ...(lines.hourSteps > 0 && lines.unzoned > 0
      ? [
        "They step back by an hour and do not say their zone, as clocks that are set back: --zone names it.",
      ]
      : []),
  ];
}

function outageLines({ outages }: Learned): string[] {
  if (outages.length === 0) return [];
  const seconds = outages.reduce(
    (sum, { fromSec, toSec }) => sum + toSec - fromSec,
    0,
  );
  const first = outages.slice(0, 3).map(({ fromSec, toSec }) =>
    `${isoTime(fromSec * 1000)} for ${formatDuration(roundMs(toSec - fromSec))}`
  ).join(", ");
  return [
    `Outages, cut out: ${outages.length}, ${
      formatDuration(roundMs(seconds))
    } in all: ${first}${outages.length > 3 ? ", …" : ""}.`,
  ];
}

function foldLines({ fold }: Learned): string[] {
  if (fold === null) return [];
  const every = formatDuration(fold.periodSec * 1000);
  return [
    `By the clock: ${percent(fold.share)} of the requests come ${
      formatDuration(fold.atSec * 1000)
    } after each whole ${every}, half of them within ${
      formatDuration(roundMs(fold.spreadSec))
    } (${digits(fold.z)} deviations); they are not among the spikes.`,
  ];
}

/** A service at its limit has flat tops: what is learned is its ceiling. */
function ceilingLines({ facts, topRate, profile }: Learned): string[] {
  const highest = Math.max(
    ...profile.types.flatMap(({ steps }) => steps.map(({ rate }) => rate)),
  );
  const isFlat = topRate > 0 && topRate / highest - 1 < FLAT_CEILING;
  const errors = facts?.rows.reduce((sum, row) => sum + row.statuses[5]!, 0) ??
    0;
  const share = errors / Math.max(1, facts?.lines.taken ?? 1);
  return [
    ...(isFlat
      ? [
        "The highest ten seconds are hardly above the highest level: this may be a ceiling of the service, and not what was asked of it.",
      ]
      : []),
    ...(share > 0.01
      ? [
        `${
          percent(share)
        } of the answers were 5xx; they are no part of a plan.`,
      ]
      : []),
  ];
}

function mixLines({ mix }: Learned): string[] {
  if (mix === null) return [];
  return [
    ...(mix.isHidden
      ? [
        "No path was asked for by five different clients, or the log names none: no path is written. --keep-paths writes them.",
      ]
      : mix.hiddenShare > 0
      ? [
        `Left out: ${
          percent(mix.hiddenShare)
        } of the requests, to paths of fewer than five clients.`,
      ]
      : []),
    ...(mix.restShare > 0.001
      ? [
        `Left out: ${
          percent(mix.restShare)
        } of the requests, to rare forms of paths or without one.`,
      ]
      : []),
  ];
}

function journeyNotes({ journey }: Learned): string[] {
  if (journey === null) return [];
  return journey.verdict === "none"
    ? [`Visits of several requests are not planned: ${journey.why}.`]
    : [
      `Visits: ${counted(journey.sessions)} followed, ${
        digits(journey.requests)
      } requests each, ${percent(journey.oneShare)} of them one; thoughts ${
        digits(Math.exp(journey.meanLn))
      }s in the middle (ln: ${digits(journey.meanLn)} ± ${
        digits(journey.sdLn)
      }).`,
    ];
}
