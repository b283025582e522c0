import { layerOverrides } from './layers.ts';

/** The whole lint configuration; `.oxlintrc.json` is this, written out. */
export const lintConfig = () => ({
  plugins: ['import', 'typescript', 'react', 'nextjs', 'jsx-a11y', 'unicorn', 'oxc'],
  categories: { correctness: 'error' },
  rules: {
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/ban-ts-comment': 'error',
    'no-unused-vars': 'error',
    // Drawings are images made of elements: a role with a name is what describes them.
    'jsx-a11y/prefer-tag-over-role': 'off',
    // What scrolls must be reached by keyboard (WCAG 2.1.1): a named group that scrolls takes the focus.
    'jsx-a11y/no-noninteractive-tabindex': ['error', { roles: ['group', 'tabpanel'], tags: [] }],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
  },
  ignorePatterns: ['.next/**', 'node_modules/**', '**/testdata/**', 'docs/**'],
  overrides: [
    ...layerOverrides(),
    // Vectors are quoted with all the digits that their source prints.
    { files: ['**/*.test.ts'], rules: { 'no-loss-of-precision': 'off', 'unicorn/no-useless-spread': 'off' } },
  ],
});
