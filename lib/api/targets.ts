import 'server-only';

import { iso } from './dto.ts';
import { live } from './live.ts';
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

export const readWatched = async (): Promise<WatchedTargetsDto> => ({
  targets: (await live()).targets
    .list()
    .map(({ addedAt, ...target }): WatchedDto => ({ ...target, addedAt: iso(addedAt) })),
});

export const watchTarget = async (request: WatchRequestDto): Promise<WatchedDto> => {
  const { addedAt, ...target } = (await live()).targets.watch({ ...request, actor: null });
  return { ...target, addedAt: iso(addedAt) };
};

export const unwatchTarget = async (id: string): Promise<undefined> => {
  if (!(await live()).targets.unwatch(id, null))
    throw new Problem('not-found', `no target added here has the id "${id}"`);
};
