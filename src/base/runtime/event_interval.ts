/**
 * How often Deno looks at the sockets of a thread that always has something to
 * run: every 61st turn of its event loop unless this says otherwise. An answer
 * that has arrived would wait that long while kar polls for the next instant.
 * Deno reads it whenever a thread begins.
 */
export const EVENT_INTERVAL_VARIABLE = "DENO_TOKIO_EVENT_INTERVAL";
/** In every turn. */
const EVERY_TURN = "1";
const UINT32_MAX = 2 ** 32 - 1;

/** The variables of the process, such as `Deno.env`. */
export interface ProcessEnv {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/**
 * Has sockets looked at in every turn, in each thread that begins from here on,
 * unless somebody has set it otherwise. To be called early: a thread that reads
 * the environment meanwhile would be a race inside the C library.
 */
export function setEventInterval(variables: ProcessEnv): void {
  const given = variables.get(EVENT_INTERVAL_VARIABLE);
  const wanted = usableEventInterval(given);
  if (wanted !== given) variables.set(EVENT_INTERVAL_VARIABLE, wanted);
}

/**
 * The interval to start threads with: what is set already, if Deno can begin
 * with it, or every turn. Deno ends with a panic where it finds no number from
 * 1 to 2^32 − 1.
 */
export function usableEventInterval(given: string | undefined): string {
  const isNumber = given !== undefined && /^\d+$/.test(given);
  const turns = isNumber ? Number(given) : 0;
  return isNumber && turns >= 1 && turns <= UINT32_MAX ? given : EVERY_TURN;
}
