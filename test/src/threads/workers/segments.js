import { serveShard } from 'rx-reassembly/node';

serveShard(segments => segments);
