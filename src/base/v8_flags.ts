/**
 * How V8 is told to work wherever kar decides how it is started.
 *
 * Each thread has a space for new objects, which V8 lets grow to 32 MB while
 * hardly anything in it survives: `kar run` then takes 175 MB. With 2 MB it
 * takes 130, and no more CPU. V8 heeds this only at its start.
 */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=2";
