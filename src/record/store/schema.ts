import { IRREGULAR_KINDS, PHASES } from "../../pattern/mod.ts";

/** `kar1`, by which `file` and others know a record. */
export const APPLICATION_ID = 0x6b617231;
/** Version of the tables. Within a version tables are only added. */
export const SCHEMA_VERSION = 3;

/**
 * Tables whose columns differ from those of version 1, whose first records had
 * no scenarios, with defaults for the new columns. An older record is read as
 * it is, and changed by the process that continues it.
 */
export const CHANGED_TABLES = [
  { table: "step", column: "scenario", value: "''" },
  { table: "sample", column: "trace", value: "NULL" },
  ...IRREGULAR_KINDS.map((column) => ({
    ...{ table: "timeline", column, value: "0" },
  })),
];

/** Columns of the timeline that add up when rows become one. */
export const TIMELINE_SUMS = [
  "planned",
  "due",
  "sent",
  "ok",
  "failed",
  "missed",
  ...PHASES,
];

/** Slots of each phase that a second had. */
const PHASE_COLUMNS = PHASES.map((phase) => `${phase} INTEGER NOT NULL`);

/**
 * The tables of a record. Times `t` are plan time in seconds since the epoch,
 * times `…_ms` milliseconds; `level` is the length of an interval in seconds.
 */
export const TABLES = `
CREATE TABLE IF NOT EXISTS run (              -- one row for each process that wrote here
  run INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  kar TEXT NOT NULL,            -- version of kar
  machine TEXT NOT NULL,        -- JSON; fleet: the run on a bus that it was part of
  plan_id TEXT NOT NULL,
  plan TEXT NOT NULL,           -- JSON; variables stand as \${NAME}
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  start_ms REAL NOT NULL,       -- plan time
  begun_ms REAL NOT NULL,       -- wall clock
  ended_ms REAL,                -- wall clock; NULL = still writing, or killed
  before TEXT,                  -- totals that it went on from, JSON
  moment TEXT,                  -- what a report says beside the counts, JSON
  final BLOB                    -- totals and steps at the end, deflated JSON
) STRICT;
CREATE TABLE IF NOT EXISTS series (
  series INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,           -- target, step of a journey, or journey
  name TEXT NOT NULL,
  journey TEXT,                 -- of a step
  step TEXT,
  protocol TEXT,
  url TEXT,
  UNIQUE (kind, name)
) STRICT;
CREATE TABLE IF NOT EXISTS ladder (           -- which intervals of a level are there
  level INTEGER PRIMARY KEY,
  from_t INTEGER NOT NULL,
  to_t INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS timeline (
  level INTEGER NOT NULL,
  t INTEGER NOT NULL,
  planned REAL NOT NULL,
  due INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  ${PHASE_COLUMNS.join(",\n  ")},
  PRIMARY KEY (level, t)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS step (
  level INTEGER NOT NULL,
  t INTEGER NOT NULL,
  series INTEGER NOT NULL,
  phase TEXT NOT NULL,
  scenario TEXT NOT NULL,       -- empty outside of all scenarios
  due INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  failed TEXT,                  -- counts by kind, JSON; NULL = none
  missed TEXT,                  -- counts by reason, JSON; NULL = none
  bits INTEGER NOT NULL,        -- cells for each doubling of a duration: 2^bits
  response BLOB,                -- cells, deflated; NULL = no sample
  response_sum REAL,            -- milliseconds, as all that follow
  response_min REAL,
  response_max REAL,
  service BLOB,
  service_sum REAL,
  service_min REAL,
  service_max REAL,
  PRIMARY KEY (level, t, series, phase, scenario)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer (
  level INTEGER NOT NULL,
  t INTEGER NOT NULL,
  series INTEGER NOT NULL,
  status TEXT,                  -- answers by code, JSON
  status_failed TEXT,           -- those of them that were no success, JSON
  begun INTEGER NOT NULL,       -- no valid answer, but a part of one
  reasons TEXT,                 -- why requests failed, JSON
  PRIMARY KEY (level, t, series)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS whole (            -- histograms of all requests
  level INTEGER NOT NULL,
  t INTEGER NOT NULL,
  kind TEXT NOT NULL,           -- or law.NAME: gaps between sends, in 2^bits bins
  bits INTEGER NOT NULL,
  cells BLOB NOT NULL,
  sum REAL NOT NULL,
  min REAL NOT NULL,
  max REAL NOT NULL,
  PRIMARY KEY (level, t, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generator (        -- kar itself
  level INTEGER NOT NULL,
  t INTEGER NOT NULL,
  seconds REAL NOT NULL,        -- that it really covers
  digest_lo INTEGER NOT NULL,
  digest_hi INTEGER NOT NULL,
  cpu_ms REAL NOT NULL,
  poll_ms REAL NOT NULL,
  rss INTEGER NOT NULL,
  in_flight INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  workers INTEGER NOT NULL,
  PRIMARY KEY (level, t)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (            -- what operators and the breaker have made of the plan
  slot INTEGER PRIMARY KEY,     -- of 100 ms, from which it holds
  control TEXT NOT NULL         -- JSON
) STRICT;
CREATE TABLE IF NOT EXISTS plan (             -- each that came into force
  slot INTEGER PRIMARY KEY,     -- of 100 ms, from which it holds
  plan_id TEXT NOT NULL,
  plan TEXT NOT NULL            -- JSON; variables stand as \${NAME}
) STRICT;
CREATE TABLE IF NOT EXISTS sample (           -- requests kept as examples, by what wrote them
  run INTEGER NOT NULL,
  place INTEGER NOT NULL,
  why TEXT NOT NULL,            -- failure or slow
  target TEXT NOT NULL,
  intended_ms REAL NOT NULL,    -- plan time
  response_ms REAL NOT NULL,
  service_ms REAL NOT NULL,
  kind TEXT,                    -- of the failure; NULL = it was none
  code INTEGER,                 -- of the answer; NULL = there was none
  reason TEXT NOT NULL,
  body TEXT,                    -- its beginning, escaped; NULL = not kept
  rank REAL NOT NULL,           -- drawn: the least are kept
  trace TEXT,                   -- that it was sent with; NULL = none
  PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spike (            -- how targets came back from spikes
  run INTEGER NOT NULL,
  start_ms REAL NOT NULL,       -- plan time, as end_ms
  place INTEGER NOT NULL,       -- of the target among those of the spike
  target TEXT NOT NULL,         -- empty = nobody was watched
  end_ms REAL NOT NULL,
  factor REAL NOT NULL,
  result TEXT NOT NULL,         -- recovered, censored or unknown
  recovery_ms REAL,
  baseline_p95_ms REAL,
  PRIMARY KEY (run, start_ms, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS threshold (        -- as they stand, or stood at the end
  run INTEGER NOT NULL,
  place INTEGER NOT NULL,
  expr TEXT NOT NULL,           -- as it is written
  action TEXT NOT NULL,
  result TEXT NOT NULL,         -- pass, fail or unknown
  value ANY,                    -- in the limit's unit; NULL = not known
  why TEXT,                     -- of an unknown one
  breached_ms REAL,             -- plan time at which it was first not kept
  PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (             -- lines of the log
  note INTEGER PRIMARY KEY,
  at_ms REAL NOT NULL,
  level TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
`;

/** What the kind of rows of `whole` begins with that are no histograms. */
export const LAW_PREFIX = "law.";

/** Tables whose rows are intervals of a level. */
export const LADDER_TABLES = [
  "timeline",
  "step",
  "answer",
  "whole",
  "generator",
] as const;
