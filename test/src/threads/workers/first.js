import { serveShard } from 'rx-reassembly/node';
import { take } from 'rxjs';

serveShard((segments, { data }) => segments.pipe(take(data.count)));
