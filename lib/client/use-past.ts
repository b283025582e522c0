'use client';

import useSWRImmutable from 'swr/immutable';

import type { ClustersDto, EventsDto, NodesDto, StatusDto } from '#lib/api/schema.ts';
import type { Lang } from '#lib/i18n/lang.ts';

import { getJson } from './http.ts';
import { emptyPicture } from './live-store.ts';
import type { Picture } from './live-store.ts';

const NODES = 20_000;
const EVENTS = 200;

const readPast = async ([, at, lang]: readonly [string, string, Lang]): Promise<Picture> => {
  const asked = new URLSearchParams({ at, lang });
  const [status, clusters, nodes, events] = await Promise.all([
    getJson<StatusDto>(`/api/status?${asked}`),
    getJson<ClustersDto>(`/api/clusters?${asked}`),
    getJson<NodesDto>(`/api/nodes?${asked}&limit=${NODES}`),
    getJson<EventsDto>(`/api/events?${new URLSearchParams({ to: at, lang, limit: String(EVENTS) })}`),
  ]);
  return {
    ...emptyPicture,
    at: clusters.at,
    status,
    clusters: clusters.clusters,
    nodes: new Map(nodes.nodes.map((node) => [node.id, node])),
    events: events.events,
  };
};

/** The picture of a past instant, read once; null reads nothing. Until it is there the one asked for before stays. */
export const usePast = (at: string | null, lang: Lang): Picture => {
  const { data = emptyPicture, error } = useSWRImmutable<Picture, Error>(
    at === null ? null : ['past', at, lang],
    readPast,
    { keepPreviousData: true },
  );
  return error === undefined ? data : { ...data, failure: error.message };
};
