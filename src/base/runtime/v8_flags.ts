/**
 * How V8 is told to work wherever kar decides how it is started; it heeds this
 * only at its start.
 *
 * Each thread has a space for new objects, which V8 lets grow to 32 MB while
 * hardly anything in it survives: `kar run` then takes 175 MB. With 2 MB it
 * takes 130, and no more CPU.
 *
 * What survives is collected when it has grown to up to four times of what is
 * in use. What is in use never grows in kar, but each broken connection and
 * each question to the control API leaves some garbage there: 150 to 270 MB
 * then. With half as much again it is 130 to 150.
 */
export const V8_FLAGS =
  "--v8-flags=--max-semi-space-size=2,--heap-growing-percent=50";
