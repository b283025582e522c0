import { z } from 'zod';

import { EMBED_PANELS, EmbedSchema } from './schema-embed.ts';
import { alertingOperations } from './alerting-operations.ts';
import type { Operation } from './operation.ts';
import { prometheusOperations } from './prometheus/operations.ts';
import {
  ClusterSchema,
  ClustersSchema,
  DemoSchema,
  EventDensitySchema,
  EventsSchema,
  FaultRequestSchema,
  HeartbeatBatchAnswerSchema,
  HeartbeatBatchSchema,
  HeartbeatSchema,
  HeartbeatTargetsSchema,
  NodeSchema,
  NodesSchema,
  ProblemSchema,
  StatusSchema,
  TargetsSchema,
  TimelineSchema,
} from './schema.ts';
import {
  LookRequestSchema,
  LookSchema,
  WatchedTargetsSchema,
  WatchRequestSchema,
} from './schema-settings.ts';

const AT = { at: 'a past instant (RFC 3339); absent: now' };
const LANG = { lang: 'en or zh; absent: Accept-Language' };
const PAGE = { limit: 'how many at most', cursor: '`next` of the page before' };

/** Every route, with what it takes and answers: `openapi.json` derives from it, and a test holds the handlers against it. */
export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/status',
    summary: 'How the monitor itself is',
    query: { ...LANG, ...AT },
    answer: StatusSchema,
  },
  {
    method: 'get',
    path: '/api/clusters',
    summary: 'Clusters, worst first',
    query: { ...LANG, ...AT },
    answer: ClustersSchema,
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}',
    summary: 'One cluster, whole',
    query: { ...LANG, ...AT },
    answer: ClusterSchema,
  },
  {
    method: 'get',
    path: '/api/nodes',
    summary: 'Nodes, worst first',
    query: {
      ...LANG,
      ...AT,
      ...PAGE,
      cluster: 'only members of this cluster',
      state: 'only in this state',
      zone: 'only in this zone',
      q: 'part of the name',
      sort: 'worst, name, zone or suspicion',
    },
    answer: NodesSchema,
  },
  {
    method: 'get',
    path: '/api/nodes/{node}',
    summary: 'One node, whole',
    query: { ...LANG, ...AT },
    answer: NodeSchema,
  },
  {
    method: 'get',
    path: '/api/events',
    summary: 'What happened, newest first',
    query: {
      ...LANG,
      ...PAGE,
      ...AT,
      from: 'from this instant',
      to: 'up to this instant; absent: `at`, else now',
      kind: 'kinds, joined by commas',
      cluster: 'only of this cluster',
      node: 'only of this node',
      order: 'newest first, or oldest',
    },
    answer: EventsSchema,
  },
  {
    method: 'get',
    path: '/api/events/density',
    summary: 'How many events fell into each step of a range, by severity',
    query: {
      from: 'from this instant; absent: six hours ago',
      to: 'before this instant; absent: now',
      buckets: 'how many equal steps, at most 1,000; absent: 60',
    },
    answer: EventDensitySchema,
  },
  {
    method: 'get',
    path: '/api/timeline',
    summary: 'Lanes of level, state, role and alert over a range',
    query: {
      ...AT,
      from: 'from this instant; absent: six hours before the end',
      to: 'to this instant; absent: `at`, else now',
      cluster: 'only of this cluster',
      node: 'only of this node',
      kinds: 'level, state, role, alert, joined by commas; absent: level, state, role',
      merge: '`worst`: one lane a kind, of the worst that stood and on how many',
    },
    answer: TimelineSchema,
  },
  {
    method: 'get',
    path: '/api/targets',
    summary: 'Targets that were added without a file',
    query: AT,
    answer: WatchedTargetsSchema,
  },
  {
    method: 'post',
    path: '/api/targets',
    summary: 'Watch a target from now on',
    body: WatchRequestSchema,
    answer: WatchedTargetsSchema.shape.targets.element,
  },
  {
    method: 'post',
    path: '/api/targets/look',
    summary: 'What answers at an address; nothing is watched yet',
    body: LookRequestSchema,
    answer: LookSchema,
  },
  {
    method: 'delete',
    path: '/api/targets/{target}',
    summary: 'Stop watching a target that was added without a file',
    answer: null,
  },
  {
    method: 'get',
    path: '/api/stream',
    summary: 'Live: a snapshot, committed events, and what changed',
    query: {
      ...LANG,
      scope: 'overview, cluster:<id>, node:<id>, nodes:<ids joined by +>, joined by commas',
      lastEventId: 'resume after this event, where the Last-Event-ID header cannot be set',
    },
    answer: 'text/event-stream',
  },
  {
    method: 'post',
    path: '/api/heartbeats',
    summary: 'A batch of pushed heartbeats',
    body: HeartbeatBatchSchema,
    answer: HeartbeatBatchAnswerSchema,
  },
  {
    method: 'post',
    path: '/api/heartbeats/{node}',
    summary: 'One pushed heartbeat',
    body: HeartbeatSchema,
    answer: null,
  },
  {
    method: 'get',
    path: '/api/heartbeat-targets',
    summary: 'What is probed or pushes, with its last outcome',
    query: AT,
    answer: HeartbeatTargetsSchema,
  },
  { method: 'get', path: '/api/demo', summary: 'The sample cluster', answer: DemoSchema },
  {
    method: 'post',
    path: '/api/demo',
    summary: 'Start the sample cluster',
    body: z.object({}),
    answer: DemoSchema,
  },
  {
    method: 'post',
    path: '/api/demo/faults',
    summary: 'Break something in the sample cluster',
    body: FaultRequestSchema,
    answer: z.object({ id: z.string() }),
  },
  {
    method: 'delete',
    path: '/api/demo/faults',
    summary: 'Heal everything in the sample cluster',
    answer: null,
  },
  { method: 'delete', path: '/api/demo/faults/{fault}', summary: 'Heal one fault', answer: null },
  {
    method: 'get',
    path: '/api/v1/targets',
    summary: 'Scrape targets, in the Prometheus shape; what nothing tells of a past one is empty',
    query: AT,
    answer: TargetsSchema,
  },
  ...alertingOperations,
  ...prometheusOperations,
  {
    method: 'get',
    path: '/embed/{panel}/data',
    summary: `What an embedded panel shows: ${EMBED_PANELS.join(', ')}. Any origin that may frame us may read it`,
    query: {
      ...LANG,
      ...AT,
      cluster: 'the cluster; needed where there are several',
      node: 'suspicion: this node only',
      query: 'chart: a PromQL expression',
      range: 'how far back history goes, from 1m to 31d; absent: 6h',
    },
    answer: EmbedSchema,
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    summary: 'This document',
    answer: z.record(z.string(), z.json()),
  },
  { method: 'get', path: '/metrics', summary: 'Our own metrics', answer: 'text/plain' },
  { method: 'get', path: '/-/healthy', summary: 'The process answers', answer: 'text/plain' },
  { method: 'get', path: '/-/ready', summary: 'Everything is loaded; 503 until then', answer: 'text/plain' },
  { method: 'post', path: '/-/reload', summary: 'Read the configuration again', answer: null },
];

const jsonSchema = (schema: z.ZodType): object => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return rest;
};

const content = (answer: Operation['answer']): object => {
  if (answer === null) return { '204': { description: 'Done' } };
  const media =
    typeof answer === 'string' ? { [answer]: {} } : { 'application/json': { schema: jsonSchema(answer) } };
  return { '200': { description: 'The answer', content: media } };
};

const formBody = (operation: Operation): object => ({
  content: {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(operation.query ?? {}).map(([name, description]) => [
            name,
            { type: 'string', description },
          ]),
        ),
      },
    },
  },
});

/** The OpenAPI 3.1 document of the HTTP API, made from the schemas that the handlers answer with. */
export const openApi = (version: string): object => {
  const paths: Record<string, Record<string, object>> = {};
  const problem = {
    description: 'What is wrong',
    content: { 'application/json': { schema: jsonSchema(ProblemSchema) } },
  };
  for (const operation of operations) {
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => ({
      name: match[1],
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    const inQuery = Object.entries(operation.query ?? {}).map(([name, description]) => ({
      name,
      in: 'query',
      description,
      schema: { type: 'string' },
    }));
    (paths[operation.path] ??= {})[operation.method] = {
      summary: operation.summary,
      parameters: [...inPath, ...inQuery],
      ...(operation.form === true ? { requestBody: formBody(operation) } : {}),
      ...(operation.body === undefined
        ? {}
        : { requestBody: { content: { 'application/json': { schema: jsonSchema(operation.body) } } } }),
      responses: { ...content(operation.answer), default: problem },
    };
  }
  return { openapi: '3.1.0', info: { title: 'Quorate', version }, paths };
};
