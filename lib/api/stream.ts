import 'server-only';

import type { LiveNode } from '#lib/engine/live.ts';
import type { Engine } from '#lib/engine/slot.ts';
import type { Lang } from '#lib/i18n/lang.ts';
import { NODE_FLAGS, NODE_STATES } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

import { firingOf, placesNow } from './alert-places.ts';
import { clusterDto, clusterRowDto, eventDto, iso, nodeDto, nodeRowDto } from './dto.ts';
import { mirror } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { sortClusters, statusDto, stripsOrNone } from './read.ts';
import type { StreamDelta, StreamSnapshot } from './schema.ts';

const FRAME_MS = 250;
const PING_MS = 15_000;
const STRIPS_MS = 10_000;
const STATUS_MS = 1000;
const REPLAY_LIMIT = 1000;

/** What a stream shows: parsed from `scope=overview,cluster:<id>,node:<id>,nodes:<ids joined by +>`. */
export interface Scope {
  readonly overview: boolean;
  readonly cluster: string | null;
  readonly node: string | null;
  /** Null: every node (the overview's list of states); else only these. */
  readonly nodes: ReadonlySet<string> | null;
}

export const parseScope = (text: string): Scope => {
  let scope: Scope = { overview: false, cluster: null, node: null, nodes: null };
  for (const part of text.split(',')) {
    const [kind = '', id = ''] = [part.slice(0, part.indexOf(':') >>> 0), part.slice(part.indexOf(':') + 1)];
    if (part === 'overview') scope = { ...scope, overview: true };
    else if (kind === 'cluster') scope = { ...scope, cluster: id };
    else if (kind === 'node') scope = { ...scope, node: id };
    else if (kind === 'nodes') scope = { ...scope, nodes: new Set(id.split('+')) };
  }
  return scope;
};

const flagBits = (node: LiveNode): number =>
  NODE_FLAGS.reduce((bits, flag, i) => (node.words.flags.includes(flag) ? bits | (1 << i) : bits), 0);

/** φ bands: below 1, 1–2, 2–3, 3–limit, over the limit. A node outside the scope is sent when its band changed. */
const band = (node: LiveNode): number =>
  node.fused === null
    ? -1
    : node.fused >= (node.downLimit ?? Infinity)
      ? 4
      : Math.min(3, Math.floor(node.fused));

interface SentNode {
  readonly key: string;
  readonly fused: string;
  readonly at: Ms;
}

const labelsKey = (node: LiveNode): string =>
  JSON.stringify([
    node.words.name,
    node.words.labels,
    node.clusters.map(({ id, membership, role }) => [id, membership, role]),
  ]);

/** What one connection has sent, so that a frame holds only what changed. */
const createFrames = (engine: Engine, scope: Scope, lang: Lang) => {
  const sent = new Map<string, SentNode>();
  const shapes = new Map<string, string>();
  const clusterSent = new Map<string, string>();
  let version = -1;
  let statusText = '';
  let statusAt = 0;
  let detailText = '';
  let strips: Awaited<ReturnType<typeof stripsOrNone>> = new Map();
  let stripsAt = -Infinity;
  let places: Awaited<ReturnType<typeof placesNow>> = [];
  let placesSent: typeof places = places;

  const inScope = (id: string): boolean =>
    scope.nodes !== null
      ? scope.nodes.has(id)
      : scope.overview || scope.cluster !== null || scope.node === id;

  const detailOf = async (now: Mirror): Promise<StreamSnapshot['node']> => {
    const node = scope.node === null ? undefined : now.nodes.get(scope.node);
    if (node === undefined) return null;
    const detail = await engine.watch().node(node.words.id);
    return detail === null
      ? null
      : nodeDto(node, detail, now.clusters.values(), engine.monitorName, now.at, lang);
  };
  const rowOf = (now: Mirror, id: string) => {
    const cluster = now.clusters.get(id);
    return cluster === undefined
      ? null
      : clusterRowDto(
          cluster,
          (node) => now.nodes.get(node),
          strips.get(id) ?? [],
          firingOf(places, cluster.words),
          now.at,
          lang,
        );
  };
  const wholeOf = (now: Mirror): StreamSnapshot['cluster'] => {
    const cluster = scope.cluster === null ? undefined : now.clusters.get(scope.cluster);
    return cluster === undefined
      ? null
      : clusterDto(
          cluster,
          (node) => now.nodes.get(node),
          strips.get(cluster.words.id) ?? [],
          firingOf(places, cluster.words),
          now.at,
          lang,
        );
  };
  const refresh = async (at: Ms): Promise<void> => {
    if (scope.overview || scope.cluster !== null) places = await placesNow(engine, at);
    if (at - stripsAt < STRIPS_MS) return;
    stripsAt = at;
    strips = await stripsOrNone(engine, at);
  };

  return {
    snapshot: async (): Promise<StreamSnapshot> => {
      const now = await mirror(engine);
      await refresh(now.at);
      const status = await statusDto(engine, lang);
      version = now.version;
      statusText = JSON.stringify({ ...status, at: '' });
      statusAt = now.at;
      const nodes = [...now.nodes.values()].filter((node) => inScope(node.words.id));
      for (const node of nodes) {
        sent.set(node.words.id, {
          key: `${node.words.state}|${flagBits(node)}|${band(node)}`,
          fused: (node.fused ?? 0).toFixed(1),
          at: now.at,
        });
        shapes.set(node.words.id, labelsKey(node));
      }
      const rows = scope.overview
        ? sortClusters([...now.clusters.values()]).flatMap((cluster) => rowOf(now, cluster.words.id) ?? [])
        : [];
      for (const row of rows) clusterSent.set(row.id, JSON.stringify({ ...row, at: '', readingAgeMs: 0 }));
      return {
        at: iso(now.at),
        status,
        clusters: rows,
        cluster: wholeOf(now),
        node: await detailOf(now),
        nodes: nodes.map((node) => nodeRowDto(node, now.at)),
      };
    },

    delta: async (): Promise<StreamDelta | null> => {
      const now = await mirror(engine);
      await refresh(now.at);
      const delta: StreamDelta = { at: iso(now.at) };
      let changed = false;
      const restarted = now.version < version;
      const since = (key: string): boolean => restarted || (now.changedAt.get(key) ?? 0) > version;
      const compact: NonNullable<StreamDelta['n']> = [];
      const whole: NonNullable<StreamDelta['nodes']> = [];
      for (const node of now.nodes.values()) {
        const { id } = node.words;
        if (!inScope(id) || !since(`n:${id}`)) continue;
        const shape = labelsKey(node);
        const key = `${node.words.state}|${flagBits(node)}|${band(node)}`;
        const fused = (node.fused ?? 0).toFixed(1);
        const before = sent.get(id);
        if (shapes.get(id) !== shape) {
          shapes.set(id, shape);
          whole.push(nodeRowDto(node, now.at));
        } else if (
          before === undefined ||
          before.key !== key ||
          (before.fused !== fused && now.at - before.at >= 1000)
        )
          compact.push([
            id,
            NODE_STATES.indexOf(node.words.state),
            node.fused === null ? null : Number(fused),
            flagBits(node),
            ...(node.silentSince === null ? ([] as const) : ([node.silentSince] as const)),
          ]);
        else continue;
        sent.set(id, { key, fused, at: now.at });
      }
      const gone = [...sent.keys()].filter((id) => !now.nodes.has(id));
      for (const id of gone) sent.delete(id);
      if (scope.overview) {
        const rows = [...now.clusters.keys()].flatMap((id) => {
          const row = rowOf(now, id);
          if (row === null) return [];
          const text = JSON.stringify({ ...row, at: '', readingAgeMs: 0 });
          if (clusterSent.get(id) === text) return [];
          clusterSent.set(id, text);
          return [row];
        });
        if (rows.length > 0) delta.clusters = rows;
      }
      if (scope.cluster !== null && (since(`c:${scope.cluster}`) || places !== placesSent)) {
        const whole = wholeOf(now);
        if (whole !== null) delta.cluster = whole;
      }
      placesSent = places;
      const detail = await detailOf(now);
      if (detail !== null) {
        const text = JSON.stringify({ ...detail, at: '' });
        if (text !== detailText) delta.node = detail;
        detailText = text;
      }
      if (now.at - statusAt >= STATUS_MS) {
        statusAt = now.at;
        const status = await statusDto(engine, lang);
        const text = JSON.stringify({ ...status, at: '' });
        if (text !== statusText) delta.status = status;
        statusText = text;
      }
      if (compact.length > 0) delta.n = compact;
      if (whole.length > 0) delta.nodes = whole;
      if (gone.length > 0) delta.gone = gone;
      changed = Object.keys(delta).length > 1;
      version = now.version;
      return changed ? delta : null;
    },
  };
};

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });

/**
 * The live stream (WHATWG HTML, "Server-sent events"): `snapshot`, then the committed events after `lastEventId`, then
 * frames of what changed, at most four a second, with a comment every 15 s. Ends when the client leaves or the process
 * begins to stop; never holds up a shutdown.
 */
export const liveStream = (
  engine: Engine,
  scope: Scope,
  lang: Lang,
  lastEventId: string | null,
  left: AbortSignal,
): Response => {
  const ended = new AbortController();
  const signal = AbortSignal.any([left, engine.stopping, ended.signal]);
  const encoder = new TextEncoder();
  const run = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const send = (text: string): void => {
      if (!signal.aborted) controller.enqueue(encoder.encode(text));
    };
    const sendEvents = (events: Parameters<typeof eventDto>[0][]): void => {
      const last = events.at(-1);
      if (last === undefined) return;
      send(
        `id: ${last.id}\nevent: events\ndata: ${JSON.stringify(events.map((event) => eventDto(event, lang)))}\n\n`,
      );
    };
    const frames = createFrames(engine, scope, lang);
    // Asked for before the picture is taken, so that no event falls between the two.
    let after = lastEventId !== null && /^\d+$/.test(lastEventId) ? lastEventId : await lastEventIdOf(engine);
    send(`retry: 1000\nevent: snapshot\ndata: ${JSON.stringify(await frames.snapshot())}\n\n`);
    send(`id: ${after}\n\n`);
    let pingAt = performance.now() + PING_MS;
    while (!signal.aborted) {
      const events = await engine
        .data()
        .eventsAfter(after, REPLAY_LIMIT)
        .catch(() => []);
      sendEvents(events);
      after = events.at(-1)?.id ?? after;
      const delta = await frames.delta().catch(() => null);
      if (delta !== null) send(`event: delta\ndata: ${JSON.stringify(delta)}\n\n`);
      if (performance.now() >= pingAt) {
        pingAt = performance.now() + PING_MS;
        send(': still here\n\n');
      }
      await sleep(FRAME_MS, signal);
    }
  };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      run(controller)
        .catch(() => undefined) // the client reconnects and resumes; what failed shows in the status
        .finally(() => {
          ended.abort();
          try {
            controller.close();
          } catch {
            // already closed by the client's leaving
          }
        });
    },
    cancel: () => ended.abort(),
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  });
};

const lastEventIdOf = async (engine: Engine): Promise<string> => {
  try {
    return (await engine.data().status()).lastEventId;
  } catch {
    return '0';
  }
};
