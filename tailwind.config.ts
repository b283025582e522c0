import type { Config } from 'tailwindcss';

/** The design's tokens as names of utilities; their values live in `app/tokens.css` and change with the theme. */
const config: Config = {
  content: ['./app/**/*.tsx', './components/**/*.tsx'],
  theme: {
    extend: {
      colors: {
        ground: 'var(--ground)',
        chrome: 'var(--chrome)',
        well: 'var(--well)',
        hover: 'var(--hover)',
        ink: { DEFAULT: 'var(--ink)', 2: 'var(--ink-2)', 3: 'var(--ink-3)' },
        line: { DEFAULT: 'var(--line)', 2: 'var(--line-2)' },
        control: 'var(--control)',
        accent: { DEFAULT: 'var(--accent)', on: 'var(--on-accent)' },
        ok: { DEFAULT: 'var(--st-ok)', ink: 'var(--st-ok-ink)' },
        suspect: { DEFAULT: 'var(--st-suspect)', ink: 'var(--st-suspect-ink)' },
        down: { DEFAULT: 'var(--st-down)', ink: 'var(--st-down-ink)' },
        unknown: { DEFAULT: 'var(--st-unknown)', ink: 'var(--st-unknown-ink)' },
      },
      fontFamily: { sans: ['var(--font-sans)'], mono: ['var(--font-mono)'] },
      fontSize: {
        11: ['11px', '16px'],
        12: ['12px', '16px'],
        13: ['13px', '20px'],
        14: ['14px', '20px'],
        18: ['18px', '24px'],
        24: ['24px', '32px'],
        40: ['40px', '44px'],
      },
      borderRadius: { 1: '3px', 2: '5px', 3: '8px' },
      fontWeight: { strong: '550', head: '600' },
    },
  },
};
export default config;
