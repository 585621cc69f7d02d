/** A reader's result in place of an offset: what it has read so far is incomplete. */
export const MORE = -1;
/** A reader's result in place of an offset: this can never become valid. */
export const BROKEN = -2;
