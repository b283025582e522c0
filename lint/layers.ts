/** The layers of `lib/` and what a file in each may import: the one table that the lint rules and their test come from. */
export interface Layer {
  readonly name: string;
  /** Folders under `lib/`. */
  readonly folders: readonly string[];
  /** Folders under `lib/` that it may import, besides its own. */
  readonly imports: readonly string[];
  /** Pure: no Node, no clock, no randomness, no network. */
  readonly pure: boolean;
}

/** The API's shapes: all that the browser may know of it. */
const SCHEMAS = [
  'api/schema.ts',
  'api/schema-alerts.ts',
  'api/schema-embed.ts',
  'api/schema-rules.ts',
  'api/schema-settings.ts',
];

const L0 = ['model', 'i18n'];
const L1 = ['exposition'];
const L2 = ['heartbeat', 'detector', 'consensus', 'topology', 'tsdb', 'promql', 'rules', 'notify', 'events'];
const L3 = ['scrape', 'sources', 'store', 'send', 'discovery'];

export const LAYERS: readonly Layer[] = [
  { name: 'values', folders: L0, imports: [], pure: true },
  { name: 'formats', folders: L1, imports: L0, pure: true },
  { name: 'domain', folders: L2, imports: [...L0, ...L1, ...L2], pure: true },
  { name: 'network', folders: ['network'], imports: L0, pure: false },
  { name: 'world', folders: L3, imports: [...L0, ...L1, ...L2, 'network'], pure: false },
  { name: 'engine', folders: ['engine'], imports: [...L0, ...L1, ...L2, 'network', ...L3], pure: false },
  { name: 'api', folders: ['api'], imports: [...L0, ...L2, 'engine'], pure: false },
  { name: 'format', folders: ['format'], imports: L0, pure: false },
  { name: 'client', folders: ['client'], imports: [...L0, 'format', ...SCHEMAS], pure: false },
];

/** What components may know of `lib/`. */
const UI_IMPORTS = [
  'model',
  'i18n',
  'client',
  'format',
  'topology',
  'consensus/role-history.ts',
  'consensus/successions.ts',
  ...SCHEMAS,
];

/** Codecs and checks of the domain that need Node's own: compression is Node's, and so is text. */
const NODE_ALLOWED: Readonly<Record<string, readonly string[]>> = { tsdb: ['node:zlib'] };

type Rule = readonly ['error', ...unknown[]];
export interface Override {
  readonly files: readonly string[];
  readonly excludeFiles: readonly string[];
  readonly rules: Readonly<Record<string, Rule>>;
}

const allow = (paths: readonly string[]): string[] =>
  paths.flatMap((path) => (path.endsWith('.ts') ? [`!#lib/${path}`] : [`!#lib/${path}`, `!#lib/${path}/**`]));

const PURE_RULES: Override['rules'] = {
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now' },
    { object: 'Math', property: 'random' },
    { object: 'performance', property: 'now' },
  ],
  'no-restricted-globals': ['error', 'fetch', 'process', 'setTimeout', 'setInterval', 'setImmediate'],
};

const TESTS = ['**/*.test.ts', '**/contract.ts'];

const overrideOf = (layer: Layer, folder: string): Override => {
  const groups: { group: string[]; message: string }[] = [
    {
      group: ['#lib/**', ...allow([folder, ...layer.imports])],
      message: `layer ${layer.name} may not import this`,
    },
    {
      group: [
        '#components/**',
        '#demo/**',
        '#bench/**',
        ...(folder === 'engine' ? ['!#demo/supervisor.ts'] : []),
      ],
      message: 'lib imports lib only',
    },
  ];
  if (layer.pure)
    groups.push({
      group: ['node:*', ...(NODE_ALLOWED[folder] ?? []).map((name) => `!${name}`)],
      message: 'this layer is pure: no Node',
    });
  return {
    files: [`lib/${folder}/**`],
    excludeFiles: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^\\.\\./\\.\\./', message: 'across folders write #lib/…' }, ...groups] },
      ],
      ...(layer.pure ? PURE_RULES : {}),
    },
  };
};

/** The lint overrides of every layer. */
export const layerOverrides = (): Override[] => [
  ...LAYERS.flatMap((layer) => layer.folders.map((folder) => overrideOf(layer, folder))),
  {
    files: ['components/**'],
    excludeFiles: [],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^\\.\\./' },
            {
              group: ['#lib/**', ...allow(UI_IMPORTS)],
              message: 'components know DTOs, words and formats only',
            },
            { group: ['node:*', '#demo/**'] },
          ],
        },
      ],
    },
  },
  {
    files: ['app/**'],
    excludeFiles: [],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^\\.\\./' },
            {
              group: ['#lib/**', ...allow(['api', 'i18n', 'model'])],
              message: 'app is thin: it asks lib/api',
            },
            { group: ['node:*', '#demo/**'] },
          ],
        },
      ],
    },
  },
];
