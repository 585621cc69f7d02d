import assert from "node:assert/strict";
import {
  countingEvents,
  mergeParts,
  type PartHead,
  type PartsView,
  plansOf,
  slotBeginMs,
} from "../../../src/fleet/mod.ts";
import { mergePlans, type Plan } from "../../../src/plan/mod.ts";
import type { History } from "./history.ts";
import type { FakeMember } from "./member.ts";
import { Oracle } from "./oracle.ts";

/** What must hold at the end of a history, whatever has happened. */
export async function checkHistory(history: History): Promise<void> {
  const { row, stored } = history;
  const oracle = new Oracle(row, stored, (sha) => history.planBy(sha));
  const view = viewOf(history);
  history.parts.forEach((all, i) => {
    checkOnce(history, all);
    for (const one of all) checkSlots(oracle, one);
    checkSum(history, { oracle, view, part: i + 1 });
    checkGoesOn(history, { oracle, one: all.at(-1) });
    checkTakenUp(history, i + 1);
  });
  checkAnswers(history);
  checkReloads(history, oracle);
  countWhatHeld(history, { oracle, view });
  await checkViewer(history, view);
}

/** What a part has of late events, and how far it knows them, as of now. */
function lastSpan(one: FakeMember) {
  const { late, madeUpTo, eventSeq } = one.snapshot()!.spans.at(-1)!;
  // What it hears of after its end is none of its business.
  const own = late.filter(({ slot }) => slot < madeUpTo);
  return { late: own, knownSeq: eventSeq };
}

/** Who takes an event late was alone when it was stored, or later. */
const LATELY_SLOTS = 30;

/** No slot is made twice. */
function checkOnce({ o }: History, all: readonly FakeMember[]): void {
  const made = new Map<number, boolean>();
  for (const { sender } of all) {
    for (const { slot, isAlone } of sender?.made ?? []) {
      const other = made.get(slot);
      // The one exception has a name: cut off, while another one of its name began.
      const isExcused = o.onBusLoss === "continue" &&
        (isAlone || other === true);
      assert.ok(other === undefined || isExcused, `${slot} was made twice`);
      made.set(slot, isAlone || other === true);
    }
  }
}

/** What is sent is what the plan has for that slot, in all parts alike. */
function checkSlots(oracle: Oracle, one: FakeMember): void {
  const { sender, o: { id, part, onBusLoss } } = one;
  if (sender === null) return;
  const { late, knownSeq } = lastSpan(one);
  assert.ok(late.length === 0 || onBusLoss === "continue", `${id} was late`);
  for (const event of late) {
    const isExcused = sender.made.some(({ slot, isAlone }) =>
      isAlone && slot > event.slot - LATELY_SLOTS && slot < event.heldSlot
    );
    assert.ok(isExcused, `${id} took ${event.seq} late with its bus`);
  }
  const common = { part, late: [], knownSeq: Infinity };
  let hasBeenAlone = false;
  sender.made.forEach(({ slot, isAlone, due, digest }, i) => {
    assert.equal(slot, sender.fromSlot + i, "slots are made in order");
    hasBeenAlone ||= isAlone;
    const as = hasBeenAlone ? { part, late, knownSeq } : common;
    assert.deepEqual({ due, digest }, oracle.wanted(as, slot), `${id} ${slot}`);
    assert.ok(
      slot < oracle.endOf(part) || hasBeenAlone,
      `${id} ${slot} lies behind its end`,
    );
  });
}

/** What was sent and what is missing add up to the plan, and what is beyond is named. */
function checkSum(
  history: History,
  { oracle, view, part }: {
    readonly oracle: Oracle;
    readonly view: PartsView;
    readonly part: number;
  },
): void {
  const of = <T extends { readonly part: number }>(all: readonly T[]) =>
    all.filter((one) => one.part === part);
  const holes = of(view.holes).reduce((sum, { due }) => sum + due, 0);
  const beyond = of(view.late).reduce((sum, { beyond }) => sum + beyond, 0);
  assert.equal(
    confirmed(history, part) + holes,
    oracle.plannedOf(part) + beyond,
    `what is missing of part ${part} is named`,
  );
}

/** What a part has made and told. */
function confirmed({ parts, told }: History, part: number): number {
  let sum = 0;
  for (const span of told.get(part)?.spans ?? []) {
    const { incarnation, fromSlot, madeUpTo } = span;
    const one = parts[part - 1]!.find(({ o: { id } }) => id === incarnation)!;
    const own = one.sender!.made.filter(({ slot }) => slot < madeUpTo);
    assert.equal(own.length, madeUpTo - fromSlot, "it tells what it has made");
    sum += own.reduce((sum, { due }) => sum + due, 0);
  }
  return sum;
}

/** Who lives, has its part and can have its plan sends to the end. */
function checkGoesOn(
  history: History,
  { oracle, one }: {
    readonly oracle: Oracle;
    readonly one: FakeMember | undefined;
  },
): void {
  const { sender, o: { process, part, id } } = one ?? { o: {} } as FakeMember;
  if (!sender || process.isDead || one!.ended || history.hasLostPlans) return;
  const least = oracle.endOf(part);
  assert.ok(sender.isOver && sender.madeUpTo >= least, `${id} goes on`);
  assert.equal(history.told.get(part)?.spans.at(-1)?.isOver, true, id);
}

/** Who takes a part up goes on from what the bus knew of it. */
function checkTakenUp(history: History, part: number): void {
  const all = history.parts[part - 1]!;
  const names = history.told.get(part)?.spans
    .map(({ incarnation }) => incarnation) ?? [];
  const one = all.find(({ o: { id } }) => id === names.at(-1));
  if (one === undefined) return;
  for (const { incarnation } of one.o.before) {
    assert.ok(names.includes(incarnation), `${incarnation} is forgotten`);
  }
}

/** A plan that a part has refused is not asked for, unless that part has ended. */
function checkReloads(
  { reloaded, row }: History,
  oracle: Oracle,
): void {
  for (const { event: { storedMs }, refusal: { part, atMs } } of reloaded) {
    const endMs = slotBeginMs(row, oracle.endOf(part));
    assert.ok(atMs > storedMs - NEWS_MS || storedMs > endMs, "it was refused");
  }
}

/** News from one to all take no longer than this where nothing is cut. */
const NEWS_MS = 2000;

/** Who has confirmed a change has it at its slot. */
function checkAnswers({ answered }: History): void {
  for (const { event: { seq }, confirmed } of answered) {
    for (const one of confirmed) {
      if (one.sender === null) continue;
      const { late } = lastSpan(one);
      const isLate = late.some((event) => event.seq === seq);
      assert.ok(!isLate, `${one.o.id} confirmed ${seq} and took it late`);
    }
  }
}

/** Who has looked again and again sees at the end what one sees who looks once. */
async function checkViewer(history: History, view: PartsView): Promise<void> {
  if (history.hasLostPlans) return;
  const last = history.viewer.last();
  await history.clock.run(2000);
  const seen = await last;
  if (seen !== null) assert.deepEqual(seen, view, "a viewer sees the same");
}

/** What one sees at the end who has heard all. */
export function viewOf(history: History): PartsView {
  const { row, stored: events } = history;
  const plan = history.planBy(row.plan);
  const told: PartHead[] = [...history.told.values()];
  const later: Plan[] = [];
  for (const sha of plansOf(countingEvents(row, events))) {
    later.push(mergePlans(later.at(-1) ?? plan, history.planBy(sha)));
  }
  return mergeParts({ plan, later, row, events }, told, { upTo: Infinity });
}

/** So that nobody takes histories for a proof of what never happened in them. */
function countWhatHeld(
  history: History,
  { oracle, view }: { readonly oracle: Oracle; readonly view: PartsView },
): void {
  for (const { kind } of oracle.held) history.count(`held: ${kind}`);
  history.count("held: nothing (void)", oracle.voids);
  history.count("holes", view.holes.length);
  history.count("late stretches", view.late.length);
  const all = history.parts.flat();
  history.count("processes", all.length);
  history.count(
    "could not send a plan",
    all.filter((one) => one.ended?.startsWith("cannot")).length,
  );
  history.count(
    "gave way",
    all.filter((one) => one.ended?.startsWith("gives")).length,
  );
  if (oracle.held.filter(({ kind }) => kind === "plan").length > 1) {
    history.count("histories with several plans held");
  }
}
