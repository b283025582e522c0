'use client';

import { useMemo } from 'react';

import type { NodeRowDto } from '#lib/api/schema.ts';
import { fleetOf } from '#lib/topology/fleet.ts';
import type { Fleet } from '#lib/topology/fleet.ts';

import { useKept } from './use-kept.ts';

/** The members of a group, as the picture has them. */
export const useMembers = (
  nodes: ReadonlyMap<string, NodeRowDto>,
  cluster: string,
): ReadonlyMap<string, NodeRowDto> =>
  useMemo(
    () =>
      new Map([...nodes].filter(([, node]) => node.clusters.some((membership) => membership.id === cluster))),
    [nodes, cluster],
  );

/** Where the members stand; made anew only when one comes, goes or moves. */
export const useFleet = (members: ReadonlyMap<string, NodeRowDto>): Fleet => {
  const standing = [...members.values()];
  const shape = standing
    .map(
      ({ id, name, labels: { zone = '', rack = '', host = '' } }) =>
        `${id}\t${name}\t${zone}\t${rack}\t${host}`,
    )
    .join('\n');
  const kept = useKept(standing, shape);
  return useMemo(() => fleetOf(kept), [kept]);
};
