import { FleetAsking } from "../../../src/cli/fleet/asking.ts";
import type { Session } from "../../../src/cli/fleet/session.ts";
import { Heard } from "../../../src/cli/watch/heard.ts";
import {
  BusTime,
  type FleetAsk,
  type FleetRow,
  type PartHead,
  slotAtMs,
} from "../../../src/fleet/mod.ts";
import type { FakeBus } from "../fake_bus.ts";
import type { FakeProcess } from "../fake_process.ts";

/** Who asks all parts for something. */
export interface FakeAuthor {
  readonly process: FakeProcess;
  readonly bus: FakeBus<PartHead>;
  readonly row: FleetRow;
  readonly who: string;
}

/** What is asked: a change, another plan's text, or an event that its author dates badly. */
export type FakeWish =
  | { readonly ask: FleetAsk }
  | { readonly reload: string }
  | { readonly ask: FleetAsk; readonly aheadSlots: number };

/** Asks as the commands do. @returns the event, and who has not confirmed it */
export async function askAll(
  { process, bus, row, who }: FakeAuthor,
  wish: FakeWish,
): ReturnType<FleetAsking["ask"]> {
  const time = new BusTime(process, await bus.clockLook(() => process.now()));
  const session = { bus, clock: process, time } as unknown as Session;
  const heard = new Heard(session, row);
  try {
    await heard.read();
    const asking = new FleetAsking(session, { row, who, heard });
    if ("reload" in wish) return await asking.reload(wish.reload);
    if ("aheadSlots" in wish) {
      const slot = slotAtMs(row, time.nowMs()) + wish.aheadSlots;
      const after = heard.events.at(-1)?.seq ?? 0;
      await bus.publish({ ...wish.ask, slot, who }, after);
      throw new Error(`dated badly: ${slot}`);
    }
    return await asking.ask(wish.ask);
  } finally {
    heard.close();
  }
}
