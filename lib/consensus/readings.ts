import type { NodeId } from '#lib/model/node.ts';
import type { FieldValue, Reading } from '#lib/model/reading.ts';
import type { Ms } from '#lib/model/time.ts';

/** The last answer of each endpoint of each member. */
export interface Readings {
  /** @returns whether it says anything of now */
  take(reading: Reading): boolean;
  /** Everything a member's endpoints last said, however old. */
  known(node: NodeId): Readonly<Record<string, FieldValue>>;
  /** What is not stale, in the order of endpoints. */
  fresh(node: NodeId, now: Ms): readonly Reading[];
  nodes(): readonly NodeId[];
  /** Why a member cannot be read, verbatim. */
  error(node: NodeId): string | null;
  /** What refuses us although the member answers. */
  denial(node: NodeId): string | null;
}

/** An answer that took this long was given by a process that slept in between: it says nothing of now. */
const THAWED_MS = 1000;

/** @param staleMs by endpoint, in their order: how long an answer says something of now */
export const createReadings = (staleMs: Readonly<Record<string, Ms>>): Readings => {
  const order = Object.keys(staleMs);
  const good = new Map<NodeId, Map<string, Reading>>();
  const bad = new Map<NodeId, Map<string, Reading>>();
  const put = (into: Map<NodeId, Map<string, Reading>>, reading: Reading): void => {
    into.set(
      reading.node,
      (into.get(reading.node) ?? new Map<string, Reading>()).set(reading.endpoint, reading),
    );
  };
  const inOrder = (from: Map<NodeId, Map<string, Reading>>, node: NodeId): Reading[] =>
    order.flatMap((endpoint) => from.get(node)?.get(endpoint) ?? []);
  return {
    take: (reading) => {
      if (reading.error !== null) {
        put(bad, reading);
        return false;
      }
      const { node, endpoint, observedAt, sentAt } = reading;
      if (endpoint === order[0] && observedAt - sentAt > THAWED_MS) return false;
      bad.get(node)?.delete(endpoint);
      put(good, reading);
      return true;
    },
    known: (node) => {
      const fields: Record<string, FieldValue> = {};
      for (const reading of inOrder(good, node))
        for (const [name, value] of Object.entries(reading.fields)) fields[name] ??= value;
      return fields;
    },
    fresh: (node, now) =>
      inOrder(good, node).filter((reading) => now - reading.observedAt <= (staleMs[reading.endpoint] ?? 0)),
    nodes: () => [...good.keys()],
    error: (node) => inOrder(bad, node)[0]?.error ?? null,
    denial: (node) => inOrder(bad, node).find((reading) => reading.isDenied)?.error ?? null,
  };
};
