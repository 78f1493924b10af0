import { serveShard } from 'rx-reassembly/node';
import { map } from 'rxjs';

// Works on every segment for so many ms, as a parser does that has much to do.
serveShard((segments, { data }) =>
	segments.pipe(
		map(({ packet }) => {
			for (const end = performance.now() + data.ms; performance.now() < end; );
			return packet;
		}),
	),
);
