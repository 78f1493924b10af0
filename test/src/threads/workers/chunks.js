import { serveShard } from 'rx-reassembly/node';
import { reassemble } from 'rx-reassembly/operators';

serveShard((segments, { data = {} }) => segments.pipe(reassemble(data)));
