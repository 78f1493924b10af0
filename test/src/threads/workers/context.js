import { serveShard } from 'rx-reassembly/node';
import { concat, ignoreElements, of } from 'rxjs';

serveShard((segments, context) => concat(segments.pipe(ignoreElements()), of(context)));
