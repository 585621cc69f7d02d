import { JetStreamApiError } from "@nats-io/jetstream";
import { KarError, messageOf } from "../base/mod.ts";

/** How long one question may take. */
export const ANSWER_MS = 1000;

/** Codes of JetStream's answers. */
const WRONG_LAST_SEQUENCE = [10071, 10164];
const NO_STREAM = 10059;

/** Whether others have written since the named message. */
export function isStale(error: unknown): boolean {
  return error instanceof JetStreamApiError &&
    WRONG_LAST_SEQUENCE.includes(error.code);
}

/** Whether the server keeps nothing of the run. */
export function isMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === NO_STREAM;
}

/** The bus's answer, within a bounded time. */
export async function answered<T>(what: string, asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`no answer within ${ANSWER_MS} ms`);
    timer = setTimeout(() => reject(error), ANSWER_MS);
  });
  // It may fail after its caller has stopped waiting.
  asked.catch(() => {});
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    if (error instanceof KarError || isStale(error)) throw error;
    throw failed(what, error);
  } finally {
    clearTimeout(timer);
  }
}

function failed(what: string, error: unknown): KarError {
  if (isMissing(error)) {
    return new KarError(
      "notRunning",
      `Cannot ${what}: the bus keeps nothing of this run`,
      { cause: error },
    );
  }
  const why = messageOf(error);
  const hint = /permission/i.test(why)
    ? "; docs/guides/several-machines.md lists the rights that are needed"
    : /jetstream not enabled|no responders|503/i.test(why)
    ? "; the server needs JetStream: nats-server --jetstream"
    : "";
  return new KarError(
    "cannotStart",
    `Cannot ${what}: ${why}${hint}`,
    { cause: error },
  );
}
