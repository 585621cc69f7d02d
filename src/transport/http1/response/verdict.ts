/** A reader's answer, in place of an offset: what it read so far is no whole. */
export const MORE = -1;
/** A reader's answer, in place of an offset: this can never become valid. */
export const BROKEN = -2;
