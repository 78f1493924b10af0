export const shard = 'but nobody is served';
