import 'server-only';
import { connection } from 'next/server';

import { engineOrNull } from '#lib/engine/slot.ts';
import type { Engine } from '#lib/engine/slot.ts';

import { Problem } from './problem.ts';

/**
 * The one gate to the running engine. Awaiting `connection()` first keeps every page and handler that reads it dynamic:
 * a synchronous read would otherwise be frozen at build time without a word.
 */
export const live = async (): Promise<Engine> => {
  await connection();
  const engine = engineOrNull();
  if (engine === null) throw new Problem('not-ready', 'the engine is not running yet');
  return engine;
};
