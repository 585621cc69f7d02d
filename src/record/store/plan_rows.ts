import type { DatabaseSync, StatementSync } from "node:sqlite";
import { slotOf } from "../../base/mod.ts";
import type { HeldPlan } from "../../plan/mod.ts";
import { controlOf, planOf } from "../meta.ts";
import { hasTable } from "./database.ts";

/** Plans that a record holds; the oldest go first. */
const PLANS_KEPT_MAX = 100;

/** Writes which plans came into force. The caller holds the transaction. */
export class PlanRows {
  readonly #last: StatementSync;
  readonly #insert: StatementSync;
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#last = db.prepare("SELECT plan FROM plan ORDER BY slot DESC LIMIT 1");
    this.#insert = db.prepare("INSERT OR REPLACE INTO plan VALUES (?, ?, ?)");
  }

  /** Another plan has taken over; one that holds already is no other. */
  add({ slot, plan }: HeldPlan): void {
    const text = JSON.stringify(plan);
    if (this.#last.get()?.plan === text) return;
    this.#insert.run(slot, plan.planId, text);
  }

  /** Removes what is too much. */
  tidy(): void {
    this.#db.exec(
      `DELETE FROM plan WHERE slot IN (SELECT slot FROM plan
         ORDER BY slot DESC LIMIT -1 OFFSET ${PLANS_KEPT_MAX})`,
    );
  }
}

/** The plans that came into force, as far as they are known, the first one first. */
export function plansIn(db: DatabaseSync): HeldPlan[] {
  const rows = hasTable(db, "plan")
    ? db.prepare("SELECT slot, plan FROM plan ORDER BY slot").all()
    : [];
  if (rows.length === 0) return lastPlanIn(db);
  const begun = db.prepare("SELECT min(start_ms) AS ms FROM run").get();
  const plans = rows.map(({ slot, plan }) => ({
    slot: slot as number,
    plan: planOf(plan as string),
  }));
  // A traffic may have been fired before this record began.
  const [first, ...others] = plans;
  const isFirst = first!.slot <= slotOf(begun!.ms as number);
  return isFirst ? [{ ...first!, slot: -Infinity }, ...others] : plans;
}

/** An older kar kept the last plan alone: it is known from the last reload on. */
function lastPlanIn(db: DatabaseSync): HeldPlan[] {
  const run = db.prepare("SELECT plan FROM run ORDER BY run DESC LIMIT 1")
    .get();
  if (run === undefined) return [];
  const numbers = db.prepare("SELECT slot, control FROM event ORDER BY slot")
    .all()
    .map(({ slot, control }) => ({
      slot: slot as number,
      number: controlOf(JSON.parse(control as string)).plan,
    }));
  const taken = numbers.findLast(({ number }, i) =>
    number !== (numbers[i - 1]?.number ?? 0)
  );
  const plan = planOf(run.plan as string);
  return [{ slot: taken?.slot ?? -Infinity, plan }];
}
