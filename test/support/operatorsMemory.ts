import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Which of these objects nobody holds any more, once the turn is over. */
export async function collected(refs: readonly WeakRef<object>[]): Promise<boolean[]> {
	// A WeakRef holds its object to the end of the turn in which it was made or asked.
	await new Promise(resolve => setTimeout(resolve, 0));
	collectGarbage();
	return refs.map(ref => ref.deref() === undefined);
}
