/** What connections can be sorted by: the columns of their table. */
export const sortColumns = ['start', 'client', 'server', 'seconds', 'packets', 'bytes', 'missing', 'closed'] as const;
export type SortColumn = (typeof sortColumns)[number];
