import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

import { watchFiles } from '#lib/discovery/watch-files.ts';
import type { EventDraft } from '#lib/events/event.ts';
import { say } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';
import { readRuleFile, ruleProblemText } from '#lib/rules/file.ts';
import type { CheckExpr } from '#lib/rules/file.ts';
import type { RuleGroup } from '#lib/rules/rule.ts';
import type { RuleFileDraft, Version } from '#lib/store/state/state-store.ts';

import type { Config } from '../config/config.ts';
import { createBook } from './book.ts';
import type { StateLog } from './state-log.ts';

/** The rule files of the configuration. One that is refused is a problem of its own: what it said before stays in force. */
export interface RuleFiles {
  /** Goes on from what the files said when they were last good. */
  load(newest: readonly Version<RuleFileDraft>[]): void;
  /** Reads the files of a configuration (Prometheus documentation, `rule_files`), and follows them from now on. */
  configure(config: Config): Promise<void>;
  groups(): readonly RuleGroup[];
  /** Each with file, line and how to mend it. */
  problems(): readonly string[];
  stop(): void;
}

export interface RuleFilesOptions {
  readonly log: StateLog;
  readonly checkExpr: CheckExpr;
  /** Other rules are in force. */
  readonly onChange: () => Promise<void>;
}

/** What is known of one file. */
interface Known {
  /** Null: not read yet, or it cannot be. */
  readonly text: string | null;
  readonly intervalMs: Ms;
  readonly groups: readonly RuleGroup[];
  readonly problem: string | null;
}

/** Besides the file system's word: not every one gives it, nor for every pattern. */
const REFRESH_MS = 5000;
const IS_PATTERN = /[*?[{]/;

const folderOf = (config: Config): string =>
  config.file === null ? process.cwd() : path.dirname(path.resolve(config.file));

/** The files that patterns name, and patterns that are a file's name without a file. */
const findFiles = async (
  folder: string,
  patterns: readonly string[],
): Promise<{ readonly files: ReadonlySet<string>; readonly missing: readonly string[] }> => {
  const files = new Set<string>();
  const missing: string[] = [];
  for (const pattern of patterns) {
    const names = await Array.fromAsync(glob(pattern, { cwd: folder }));
    if (names.length === 0 && !IS_PATTERN.test(pattern)) missing.push(pattern);
    for (const name of names.toSorted()) files.add(path.resolve(folder, name));
  }
  return { files, missing };
};

const readOne = async (
  file: string,
  intervalMs: Ms,
  before: Known | undefined,
  checkExpr: CheckExpr,
): Promise<Known> => {
  const kept = before?.groups ?? [];
  try {
    const text = await readFile(file, 'utf8');
    if (before?.text === text && before.intervalMs === intervalMs) return before;
    const read = readRuleFile(text, file, { source: 'file', intervalMs, checkExpr });
    if (read.ok) return { text, intervalMs, groups: read.groups, problem: null };
    return { text, intervalMs, groups: kept, problem: read.problems.map(ruleProblemText).join('\n') };
  } catch (cause) {
    const problem = `${file}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    return before?.problem === problem ? before : { text: null, intervalMs, groups: kept, problem };
  }
};

const told = (severity: EventDraft['severity'], title: EventDraft['title']): EventDraft => ({
  kind: 'rule.changed',
  severity,
  cluster: null,
  node: null,
  title,
  detail: { ...title.params },
});

/** What is told of a file whose rules changed; null: it is gone. */
const fileEvent = (file: string, groups: readonly RuleGroup[] | null): EventDraft => {
  if (groups === null) return told('info', say('rule.file-gone', { file }));
  const count = groups.reduce((sum, { rules }) => sum + rules.length, 0);
  return told('info', say('rule.file-read', { file, count }));
};

export const createRuleFiles = ({ log, checkExpr, onChange }: RuleFilesOptions): RuleFiles => {
  const book = createBook<RuleFileDraft>('rule file');
  let files = new Map<string, Known>();
  let problems = new Map<string, string>();
  let following = new AbortController();
  let turn: Promise<void> = Promise.resolve();
  /** The newest version of each file, also of those that are gone. */
  const versions = new Map<string, number>();

  /** What is told of refused files and of those that are good again. */
  const problemEvents = (before: ReadonlyMap<string, string>): EventDraft[] => [
    ...[...problems]
      .filter(([file, text]) => before.get(file) !== text)
      .map(([file, error]) => told('warning', say('rule.file-refused', { file, error }))),
    ...[...before.keys()]
      .filter((file) => !problems.has(file))
      .map((file) => told('info', say('rule.file-accepted', { file }))),
  ];

  /** Files whose rules are others than the last version says; null: the file is gone. */
  const changedFiles = (): (readonly [string, readonly RuleGroup[] | null])[] => {
    const gone = book.all().filter(({ id }) => !files.has(id));
    const changed = [...files].filter(
      ([file, { groups }]) => JSON.stringify(groups) !== JSON.stringify(book.get(file)?.draft.groups ?? []),
    );
    return [
      ...changed.map(([file, { groups }]) => [file, groups] as const),
      ...gone.map(({ id }) => [id, null] as const),
    ];
  };

  const writeVersion = (
    file: string,
    groups: readonly RuleGroup[] | null,
    at: Ms,
  ): Version<RuleFileDraft> => {
    const known = book.get(file);
    const change = groups === null ? 'deleted' : known === undefined ? 'created' : 'edited';
    const draft = groups === null ? (known?.draft ?? { groups: [] }) : { groups };
    const edit = { id: file, change, draft, expected: null, actor: null } as const;
    const version = book.write(edit, versions.get(file) ?? 0, at);
    versions.set(file, version.version);
    return version;
  };

  /** Stores what the files say now, for whoever asks what was in force at an instant. Rules do not wait for it. */
  const record = (problemsTold: readonly EventDraft[]): void => {
    void log
      .apply((at, event) => {
        const changed = changedFiles();
        const ruleFiles = changed.map(([file, groups]) => writeVersion(file, groups, at));
        const drafts = [...problemsTold, ...changed.map(([file, groups]) => fileEvent(file, groups))];
        return { change: { ruleFiles, events: drafts.map((draft) => event(draft)) }, result: undefined };
      })
      .catch(() => undefined); // only when we stop
  };
  const read = async (config: Config): Promise<void> => {
    const folder = folderOf(config);
    const found = await findFiles(folder, config.ruleFiles);
    const now = new Map<string, Known>();
    for (const file of found.files)
      now.set(file, await readOne(file, config.evaluationIntervalMs, files.get(file), checkExpr));
    const isSame = now.size === files.size && [...now].every(([file, known]) => files.get(file) === known);
    const before = problems;
    problems = new Map([
      ...found.missing.map(
        (pattern) => [pattern, `${pattern}: there is no such file; mend rule_files`] as const,
      ),
      ...[...now].flatMap(([file, { problem }]) => (problem === null ? [] : [[file, problem] as const])),
    ]);
    files = now;
    const problemsTold = problemEvents(before);
    if (!isSame) await onChange();
    if (!isSame || problemsTold.length > 0) record(problemsTold);
  };

  const inTurn = (config: Config): Promise<void> => {
    turn = turn.catch(() => undefined).then(() => read(config));
    return turn;
  };

  return {
    load: (newest) => {
      book.load(newest.filter(({ change }) => change !== 'deleted'));
      for (const { id, version } of newest) versions.set(id, version);
      files = new Map(
        book
          .all()
          .map(({ id, draft }) => [id, { text: null, intervalMs: 0, groups: draft.groups, problem: null }]),
      );
    },
    configure: async (config) => {
      following.abort();
      following = new AbortController();
      const { signal } = following;
      await inTurn(config);
      if (config.ruleFiles.length === 0) return;
      const patterns = config.ruleFiles.map((pattern) => path.resolve(folderOf(config), pattern));
      const again = (): void => {
        if (!signal.aborted) void inTurn(config).catch(() => undefined); // only when we stop
      };
      watchFiles(patterns, REFRESH_MS, again, signal);
    },
    groups: () => [...files.values()].flatMap(({ groups }) => groups),
    problems: () => [...problems.values()],
    stop: () => following.abort(),
  };
};
