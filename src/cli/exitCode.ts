/** What the shell is told: all went well, something could not be read, or the command line was wrong. */
export const ExitCode = { fine: 0, failed: 1, usage: 2 } as const;
