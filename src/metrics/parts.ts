import type { PartState } from "../stats/mod.ts";
import type { Instrument, MetricSample } from "./instruments.ts";

/** The series that parts have each; all others are those of all parts together. */
export function partInstruments(parts: readonly PartState[]): Instrument[] {
  const each = (value: (part: PartState) => number) => () =>
    parts.map((
      part,
    ): MetricSample => [value(part), { part: String(part.part) }]);
  return [
    {
      name: "kar98k_part_up",
      help: "1 while a part of the fleet's run tells what it does, else 0",
      kind: "gauge",
      read: each(({ isTelling }) => Number(isTelling)),
    },
    {
      name: "kar98k_part_alone",
      help: "1 while a part goes on without the bus, else 0",
      kind: "gauge",
      read: each(({ isAlone }) => Number(isAlone)),
    },
    {
      name: "kar98k_part_due_total",
      help: "What was due of a part, as far as it has told",
      kind: "counter",
      read: each(({ due }) => due),
    },
    {
      name: "kar98k_part_sent_total",
      help: "What a part has sent, as far as it has told",
      kind: "counter",
      read: each(({ sent }) => sent),
    },
    {
      name: "kar98k_part_clock_error_seconds",
      help: "How well a part knows the bus's clock",
      kind: "gauge",
      read: () =>
        parts.flatMap(({ part, clockErrorMs }): MetricSample[] =>
          clockErrorMs === null
            ? []
            : [[clockErrorMs / 1000, { part: String(part) }]]
        ),
    },
  ];
}
