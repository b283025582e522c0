import 'server-only';

import type { ChannelView } from '#lib/engine/data/alerting-reads.ts';
import type { Engine } from '#lib/engine/slot.ts';

import { iso } from './dto.ts';
import { live } from './live.ts';
import { parsePast } from './past.ts';
import { Problem } from './problem.ts';
import type { ChannelDraftDto, ChannelDto, ChannelsDto, ChannelTestDto } from './schema-alerts.ts';

/** Who changes something, until there are accounts. */
const ACTOR = 'local';

const channelDto = ({ id, source, version, draft, waiting, last }: ChannelView): ChannelDto => ({
  id,
  source,
  version,
  name: draft.name,
  kind: draft.kind,
  url: draft.url,
  matchers: [...draft.matchers],
  groupBy: [...draft.groupBy],
  groupWaitMs: draft.groupWaitMs,
  groupIntervalMs: draft.groupIntervalMs,
  repeatIntervalMs: draft.repeatIntervalMs,
  sendResolved: draft.sendResolved,
  waiting,
  last:
    last === null || last.at === null
      ? null
      : { at: iso(last.at), ok: last.error === null, error: last.error },
});

/** The channels of now, or those that were in force at a past instant. */
export const readChannels = async (at: string | null): Promise<ChannelsDto> => {
  const data = (await live()).data();
  const views = at === null ? data.channels() : data.channelsAt(parsePast(at));
  return { channels: (await views).map(channelDto) };
};

const find = async (engine: Engine, id: string): Promise<ChannelView> => {
  const found = (await engine.data().channels()).find((channel) => channel.id === id);
  if (found === undefined) throw new Problem('not-found', `no channel has the id "${id}"`);
  return found;
};

export const createChannel = async (draft: ChannelDraftDto): Promise<ChannelDto> => {
  const engine = await live();
  const id = await engine
    .data()
    .editChannel({ id: null, change: 'created', draft, expected: null, actor: ACTOR });
  return channelDto(await find(engine, id));
};

export const editChannel = async (
  id: string,
  draft: ChannelDraftDto,
  expected: number | null,
): Promise<ChannelDto> => {
  const engine = await live();
  await engine.data().editChannel({ id, change: 'edited', draft, expected, actor: ACTOR });
  return channelDto(await find(engine, id));
};

export const deleteChannel = async (id: string, expected: number | null): Promise<undefined> => {
  const engine = await live();
  const { draft } = await find(engine, id);
  await engine.data().editChannel({ id, change: 'deleted', draft, expected, actor: ACTOR });
};

/** Sends a test message to a draft, or to the channel of an id, and says what came of it. */
export const testChannel = async (asked: ChannelDraftDto | string): Promise<ChannelTestDto> => {
  const { status, error, elapsedMs } = await (await live()).data().testChannel(asked, ACTOR);
  return { ok: error === null, status, error, elapsedMs };
};
