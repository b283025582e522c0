import 'server-only';

import { live } from './live.ts';
import { Problem } from './problem.ts';

const MOST_MS = 60_000;

/** Blocks a thread for some time, so that tests can see what a stall does. Exists under QUORATE_TEST_COMMANDS=1 only. */
export const stallThread = async (query: URLSearchParams): Promise<undefined> => {
  const { stall } = await live();
  if (stall === undefined) throw new Problem('not-found', 'there is no such address');
  const ms = Number(query.get('ms'));
  if (!(ms > 0 && ms <= MOST_MS)) throw new Problem('bad-request', `ms must be from 1 to ${MOST_MS}`, 'ms');
  await stall(query.get('thread') ?? 'main', ms);
};
