import 'server-only';

import { watchedBefore } from '#lib/engine/targets/past-watched.ts';
import type { WatchedTarget } from '#lib/engine/targets/watched-targets.ts';

import { iso } from './dto.ts';
import { live } from './live.ts';
import { parsePast } from './past.ts';
import { Problem } from './problem.ts';
import type { LookDto, WatchedTargetsDto, WatchRequestDto } from './schema-settings.ts';

type WatchedDto = WatchedTargetsDto['targets'][number];

/** What answers at an address, before anything is watched. */
export const lookAt = async (text: string): Promise<LookDto> => {
  const seen = await (await live()).targets.look(text);
  if (seen === null)
    throw new Problem(
      'bad-request',
      `url: "${text}" is no address; write host:port or http://host:port/path`,
      'url',
    );
  return {
    ...seen,
    found: seen.found.map((finding) => ({
      ...finding,
      members: finding.members.map((member) => ({ ...member })),
    })),
  };
};

const watchedDto = ({ addedAt, targets, ...target }: WatchedTarget): WatchedDto => ({
  ...target,
  addedAt: iso(addedAt),
  targetCount: targets?.length ?? null,
});

const MOST_CHANGES = 10_000;

export const readWatched = async (at: string | null): Promise<WatchedTargetsDto> => {
  const engine = await live();
  const listed = async (): Promise<readonly WatchedTarget[]> => {
    if (at === null) return engine.targets.list();
    const { events } = await engine.data().readEvents({
      from: parsePast(at) + 1,
      to: null,
      kinds: ['target.changed'],
      cluster: null,
      node: null,
      limit: MOST_CHANGES,
      cursor: null,
      order: 'oldest',
    });
    return watchedBefore(engine.targets.list(), events);
  };
  return {
    targets: (await listed()).map(watchedDto),
  };
};

export const watchTarget = async (request: WatchRequestDto): Promise<WatchedDto> => {
  const engine = await live();
  return watchedDto(await engine.targets.watch({ ...request, actor: null }));
};

export const unwatchTarget = async (id: string): Promise<undefined> => {
  if (!(await live()).targets.unwatch(id, null))
    throw new Problem('not-found', `no target added here has the id "${id}"`);
};
