/** A worker that tells how many turns of its event loop a read takes. */
import { turnsUntilRead } from "../../src/worker/slow_reads.ts";

postMessage(await turnsUntilRead());

declare function postMessage(message: number | null): void;
