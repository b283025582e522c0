import { statementEndpoint } from '#lib/consensus/adapter.ts';
import type { Adapter, Endpoint } from '#lib/consensus/adapter.ts';
import { bodyOf } from '#lib/consensus/body.ts';
import { evaluateAll } from '#lib/consensus/rules.ts';
import { isMembers } from '#lib/consensus/statement.ts';
import type { Access } from '#lib/model/access.ts';
import type { FieldValue, MemberSeen } from '#lib/model/reading.ts';
import type { Clock } from '#lib/model/time.ts';

import { createProber } from './probe.ts';
import type { ProbeAnswer } from './probe.ts';

/** What answers at an address. */
export type SeedAnswer =
  | {
      readonly ok: true;
      readonly adapter: Adapter;
      /** The id of who answers, in the system's own names. */
      readonly self: string | null;
      /** What it said of itself. */
      readonly fields: Fields;
      /** Null: this system lists nobody. */
      readonly members: readonly MemberSeen[] | null;
    }
  | { readonly ok: false; readonly error: string };

type Fields = Readonly<Record<string, FieldValue>>;

/** Asks one endpoint of an address, once. */
export type AskEndpoint = (endpoint: Endpoint) => Promise<Pick<ProbeAnswer, 'outcome' | 'body' | 'error'>>;

export interface SeedQuestion {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly adapters: readonly Adapter[];
  readonly ask: AskEndpoint;
}

/** Asks by a probe of its own, under the credentials that are configured. */
export const askByProbe =
  (origin: string, access: Access, clock: Clock): AskEndpoint =>
  (endpoint) =>
    new Promise((resolve) => {
      const url = `${origin}${endpoint.path}`;
      const prober = createProber(
        { kind: 'http', url, status: endpoint.okStatus, body: endpoint.body ?? null, access },
        { clock, onReset: () => undefined },
      );
      let timer: NodeJS.Timeout | null = null;
      const flight = prober.probe(false, (answer) => {
        if (timer !== null) clearTimeout(timer);
        prober.close();
        resolve(answer);
      });
      timer = setTimeout(() => flight.expire(), endpoint.timeoutMs);
    });

const read = async (
  question: SeedQuestion,
  adapter: Adapter,
  name: string,
): Promise<{ readonly fields: Fields } | { readonly error: string }> => {
  const endpoint = adapter.endpoints[name];
  const rules = adapter.fields[name];
  if (endpoint === undefined || rules === undefined) return { error: `${adapter.id} has no ${name}` };
  const answer = await question.ask(endpoint);
  if (answer.outcome !== 'ok' || answer.body === null) return { error: answer.error ?? answer.outcome };
  const body = bodyOf(endpoint.parse, answer.body, rules);
  const fields = body === null ? {} : evaluateAll(rules, body, question.origin);
  return fields.role == null || fields.role === 'unknown' || fields.term == null
    ? isMembers(fields.members)
      ? { fields }
      : { error: `${question.origin}${endpoint.path} is not what ${adapter.id} answers` }
    : { fields };
};

const listOf = async (question: SeedQuestion, adapter: Adapter): Promise<readonly MemberSeen[] | null> => {
  const name = Object.keys(adapter.fields).find((each) => 'members' in (adapter.fields[each] ?? {}));
  const list = name === undefined ? null : await read(question, adapter, name);
  return list !== null && 'fields' in list && isMembers(list.fields.members) ? list.fields.members : null;
};

/**
 * Asks an address which of the known systems it is, and for the members it lists. Never throws; an error is that of the
 * first system tried, verbatim.
 */
export const askSeed = async (question: SeedQuestion): Promise<SeedAnswer> => {
  let first: string | null = null;
  for (const adapter of question.adapters) {
    const main = statementEndpoint(adapter);
    const names = Object.keys(adapter.fields).filter(
      (name) => name === main || adapter.endpoints[name]?.insteadOf === main,
    );
    for (const name of names) {
      const found = await read(question, adapter, name);
      if ('error' in found) {
        first ??= found.error;
        continue;
      }
      const { memberId } = found.fields;
      return {
        ok: true,
        adapter,
        self: typeof memberId === 'string' ? memberId : null,
        fields: found.fields,
        members: await listOf(question, adapter),
      };
    }
  }
  return { ok: false, error: first ?? `no system is known to ask ${question.origin} for` };
};
