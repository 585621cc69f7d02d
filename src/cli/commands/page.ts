import { EXIT } from "../../base/mod.ts";
import type { PageData } from "../../page/mod.ts";
import { type RecordReader, snapshotOf } from "../../record/mod.ts";
import { listenAt } from "../../serving/mod.ts";
import { pageUrl, USUAL_ADDRESS } from "../page/server.ts";
import { withRecords } from "../record/opened.ts";
import { recordData, recordOrigin } from "../record/page.ts";
import type { System } from "../system.ts";

/** What `kar page` takes. */
export interface PageFlags {
  /** Another record, laid over the first. */
  readonly with?: string | undefined;
  /** `host:port`; absent = the usual one, or a free one. */
  readonly address?: string | undefined;
}

/** A record that is still being written is read again after so long. */
const AGAIN_MS = 5000;

/**
 * `kar page RECORD`: the page of a recorded run in the browser, until someone
 * ends it.
 *
 * @throws {KarError} when a record cannot be read, or the address not be had
 */
export function page(
  system: System,
  word: string,
  flags: PageFlags,
): Promise<number> {
  const words = [word, ...(flags.with === undefined ? [] : [flags.with])];
  return withRecords(system, words, async ([record, other]) => {
    const { PageMaker, portOf, servePage } = await import("../../page/mod.ts");
    const { listener, hostname, address } = listenAt({
      address: flags.address ?? USUAL_ADDRESS,
      mayMove: flags.address === undefined,
      key: "--address",
      what: "the page",
      off: "--address",
    });
    const beside = other === undefined ? null : dataOf(other);
    const port = portOf(new PageMaker(recordOrigin(record!, beside)));
    const server = await servePage({ listener, hostname, control: null, port });
    const again = system.every(AGAIN_MS, () => {
      if (record!.ending() === null) void server.update();
    });
    system.stdout.write(`Page on ${pageUrl(hostname, address)}\n`);
    await stopped(system);
    again();
    await server.close();
    return EXIT.done;
  });
}

/** The page of a whole record, as it is now. */
export function dataOf(record: RecordReader): PageData {
  return recordData(record, snapshotOf(record, undefined));
}

/** Waits until somebody ends the process. */
async function stopped(system: System): Promise<void> {
  const asked = Promise.withResolvers<void>();
  const deafen = system.onStopSignal(asked.resolve);
  await asked.promise;
  deafen();
}
