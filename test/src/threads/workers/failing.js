import { serveShard } from 'rx-reassembly/node';
import { map } from 'rxjs';

const failures = {
	throws() {
		throw new RangeError('that was wrong');
	},
	exits: () => process.exit(3),
	rejects: () => void Promise.reject(new Error('nobody cares')),
	throwsLater: () => void setImmediate(failures.throws),
	gives: () => () => 1,
};

serveShard((segments, { shard, data }) => {
	if (data.how === 'refuses') throw new Error('not with me');
	return segments.pipe(
		map(({ packet }) => {
			if (shard === data.shard && packet >= data.packet) return failures[data.how]() ?? packet;
			return packet;
		}),
	);
});
