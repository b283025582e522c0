import { ADAPTERS } from '#lib/consensus/adapters/registry.ts';
import type { Adapter } from '#lib/consensus/adapter.ts';
import { evaluateAll, parseJson } from '#lib/consensus/rules.ts';
import type { FieldValue } from '#lib/model/reading.ts';
import type { Answer, Question } from '#lib/network/ask-once.ts';

import type { WatchedTarget } from './watched-targets.ts';
import { WATCH_KINDS } from './watched-targets.ts';

/** A consensus system that answers at an address. */
export interface Recognised {
  readonly system: WatchedTarget['kind'];
  /** Role and term in the member's own words. */
  readonly facts: string;
  readonly members: readonly { readonly node: string; readonly address: string }[];
}

type Ask = (question: Pick<Question, 'method' | 'body'> & { path: string }) => Promise<Answer>;

const STATUS = 'status';

const factsOf = (adapter: Adapter, fields: Readonly<Record<string, FieldValue>>): string | null => {
  const { role, nativeRole, term, termText } = fields;
  if (typeof role !== 'string' || role === 'unknown' || term == null) return null;
  return `${adapter.id}, ${String(nativeRole ?? role)}, ${adapter.term.kind} ${String(termText ?? term)}`;
};

const tryAdapter = async (adapter: Adapter, ask: Ask): Promise<Recognised[]> => {
  const endpoint = adapter.endpoints[STATUS];
  const rules = adapter.fields[STATUS];
  const system = WATCH_KINDS.find((kind) => kind === adapter.id);
  if (endpoint === undefined || rules === undefined || system === undefined) return [];
  const answer = await ask({ method: 'GET', body: null, path: endpoint.path });
  if (!answer.ok || answer.status !== 200) return [];
  try {
    const value = parseJson(new TextDecoder().decode(answer.body));
    const facts = factsOf(adapter, evaluateAll(rules, { kind: 'json', value }, ''));
    return facts === null ? [] : [{ system, facts, members: [] }];
  } catch {
    return []; // it answers, but not in this system's way
  }
};

/** Asks an address in the way of every system we know. */
export const recognise = async (ask: Ask): Promise<Recognised[]> =>
  (await Promise.all(ADAPTERS.map((adapter) => tryAdapter(adapter, ask)))).flat();
