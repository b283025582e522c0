import { clientAddress } from '#lib/consensus/addresses.ts';
import { ADAPTERS } from '#lib/consensus/adapters/registry.ts';
import type { Adapter, Endpoint } from '#lib/consensus/adapter.ts';
import type { Answer, Question } from '#lib/network/ask-once.ts';
import { askSeed } from '#lib/sources/seeds.ts';
import type { AskEndpoint, SeedAnswer } from '#lib/sources/seeds.ts';

import { WATCH_KINDS } from './watched-targets.ts';
import type { WatchedTarget } from './watched-targets.ts';

/** A consensus system that answers at an address. */
export interface Recognised {
  readonly system: WatchedTarget['kind'];
  /** Role and term in the member's own words. */
  readonly facts: string;
  readonly members: readonly { readonly node: string; readonly address: string }[];
}

type Ask = (question: Pick<Question, 'method' | 'body'> & { path: string }) => Promise<Answer>;

/** One guarded request in the place of a probe. */
const asEndpoint =
  (ask: Ask): AskEndpoint =>
  async ({ path, body, okStatus }: Endpoint) => {
    const answer = await ask({ method: body === undefined ? 'GET' : 'POST', body: body ?? null, path });
    if (!answer.ok) return { outcome: 'unreachable', body: null, error: answer.error };
    return okStatus.includes(answer.status)
      ? { outcome: 'ok', body: answer.body, error: null }
      : { outcome: 'http-status', body: null, error: `${path} answered ${answer.status}` };
  };

const recognised = (answer: Extract<SeedAnswer, { ok: true }>, scheme: 'http' | 'https'): Recognised[] => {
  const { adapter, fields, members } = answer;
  const system = WATCH_KINDS.find((kind) => kind === adapter.id);
  if (system === undefined) return [];
  const { role, nativeRole, term, termText } = fields;
  return [
    {
      system,
      facts: `${adapter.id}, ${String(nativeRole ?? role)}, ${adapter.term.kind} ${String(termText ?? term)}`,
      members: (members ?? []).map((member) => ({
        node: member.name ?? member.id,
        address: clientAddress(member, scheme, true) ?? '',
      })),
    },
  ];
};

/** Asks an address in the way of every system we know. */
export const recognise = async (
  ask: Ask,
  origin: string,
  scheme: 'http' | 'https',
): Promise<Recognised[]> => {
  const one = async (adapter: Adapter): Promise<Recognised[]> => {
    const answer = await askSeed({ origin, adapters: [adapter], ask: asEndpoint(ask) });
    return answer.ok ? recognised(answer, scheme) : [];
  };
  return (await Promise.all(ADAPTERS.map(one))).flat();
};
