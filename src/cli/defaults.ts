/** How long missing bytes are waited for where nothing else is said, in ms of packet time. */
export const FLUSH_OLDER_THAN_MS = 120_000;
/** When connections of which nothing is seen are closed, in ms of packet time: later than in a program, since a file is finite. */
export const CLOSE_IDLE_MS = 3_600_000;
