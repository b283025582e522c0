import { isAbnormal } from './look.ts';
import type { LookedAt } from './look.ts';
import { naturalKey } from './natural.ts';

interface Ranked extends LookedAt {
  readonly name: string;
}

const rank = (node: Ranked): number =>
  isAbnormal(node) ? (node.state === 'down' ? 0 : 1) : node.state === 'unknown' ? 3 : 2;

/** φ as it is written: nodes that cannot be told apart keep the order of their names. */
const tenths = ({ fused }: Ranked): number => Math.round((fused ?? -1) * 10);

const compare = (a: Ranked, b: Ranked): number => {
  const byState = rank(a) - rank(b) || tenths(b) - tenths(a);
  if (byState !== 0) return byState;
  const [one, other] = [naturalKey(a.name), naturalKey(b.name)];
  return one < other ? -1 : one > other ? 1 : 0;
};

/**
 * The worst nodes, worst first: down, suspect, then by φ; ties by name. One pass that keeps `count` of them, so that ten
 * thousand nodes cost little more than looking at each.
 */
export const worstOf = <T extends Ranked>(nodes: Iterable<T>, count: number): T[] => {
  const worst: T[] = [];
  for (const node of nodes) {
    const last = worst[count - 1];
    if (last !== undefined && compare(node, last) >= 0) continue;
    let place = worst.length;
    for (let before = worst[place - 1]; before !== undefined; before = worst[place - 1]) {
      if (compare(before, node) <= 0) break;
      place -= 1;
    }
    worst.splice(place, 0, node);
    if (worst.length > count) worst.pop();
  }
  return worst;
};
