import { say } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

import type { Config } from '../config/config.ts';
import type { MainEvent } from '../main-event.ts';
import { look, parseAddress } from './look.ts';
import type { Look } from './look.ts';
import { readPrometheus } from './prometheus.ts';
import { WatchRefused } from './watched-targets.ts';
import type { WatchedTarget, WatchedTargets } from './watched-targets.ts';

/** What the API may do with targets that no file names. */
export interface TargetCommands {
  list(): readonly WatchedTarget[];
  /** @returns null when the text is no address */
  look(text: string): Promise<Look | null>;
  /** @throws WatchRefused */
  watch(target: Omit<WatchedTarget, 'id' | 'addedAt' | 'targets'>): Promise<WatchedTarget>;
  /** @returns false when there is none */
  unwatch(id: string, actor: string | null): boolean;
}

export interface TargetOptions {
  readonly watched: WatchedTargets;
  /** The configuration without these targets. */
  readonly given: () => Config;
  /** Puts the configuration in force into the threads. */
  readonly configure: () => void;
  readonly record: (event: MainEvent) => void;
  /** Monotonic. */
  readonly now: () => Ms;
}

export const createTargetCommands = (options: TargetOptions): TargetCommands => {
  const { watched } = options;
  const tell = (
    code: 'target.added' | 'target.removed',
    target: WatchedTarget,
    actor: string | null,
  ): void => {
    const { id, kind, address, scheme, path, name, addedAt } = target;
    options.record({
      kind: 'target.changed',
      severity: 'info',
      node: null,
      title: say(code, { address, name }),
      detail: { id, kind, address, scheme, path, name, addedAt, actor: target.actor },
      actor,
    });
  };
  /** A Prometheus with what it scrapes now. */
  const withTargets = async <T extends Omit<WatchedTarget, 'id' | 'addedAt'>>(target: T): Promise<T> => {
    if (target.kind !== 'prometheus') return target;
    const seen = await readPrometheus(target, options.now);
    if (seen === null) throw new WatchRefused(`no Prometheus answers at ${target.address}`);
    return { ...target, targets: seen.targets };
  };
  return {
    list: () => watched.list(),
    look: async (text) => {
      const url = parseAddress(text);
      return url === null ? null : look(url, options.now);
    },
    watch: async (target) => {
      const added = watched.add(await withTargets(target), options.given());
      options.configure();
      tell('target.added', added, target.actor);
      return added;
    },
    unwatch: (id, actor) => {
      const gone = watched.remove(id);
      if (gone === null) return false;
      options.configure();
      tell('target.removed', gone, actor);
      return true;
    },
  };
};
