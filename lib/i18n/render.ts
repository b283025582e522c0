import type { Lang, Tense } from './lang.ts';
import type { Message } from './message.ts';
import { messages } from './messages.ts';

type Param = string | number | boolean | null;

const NBSP = '\u00a0';
const UNITS: readonly (Readonly<Record<Lang, string>> & { readonly ms: number })[] = [
  { ms: 86_400_000, en: 'd', zh: '天' },
  { ms: 3_600_000, en: 'h', zh: '小时' },
  { ms: 60_000, en: 'min', zh: '分' },
  { ms: 1000, en: 's', zh: '秒' },
];

/** A span in at most two units: `12 min 59 s`, `4.2 s`, `38 ms`; in Chinese `12 分 59 秒`. */
export const writeSpan = (ms: number, lang: Lang): string => {
  if (ms > 0 && ms < 9.95) return `${(Math.round(ms * 10) / 10).toString()}${NBSP}ms`;
  if (ms < 1000) return `${Math.round(ms)}${NBSP}ms`;
  if (ms < 10_000) return `${(Math.round(ms / 100) / 10).toString()}${NBSP}${lang === 'en' ? 's' : '秒'}`;
  let rest = Math.round(ms / 1000) * 1000;
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(`${count}${NBSP}${unit[lang]}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
};

const writeTime = (text: string, lang: Lang, today: Date | undefined): string => {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  const isToday = today === undefined || at.toDateString() === today.toDateString();
  return new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(isToday ? {} : { weekday: 'short', day: 'numeric' }),
  }).format(at);
};

const TERM_KINDS: Readonly<Record<string, string>> = {
  term: '任期',
  epoch: '纪元',
  ballot: '选票',
  timeline: '时间线',
  view: '视图',
};

/** `term 417`, `ballot 208.px-1`: kind and text as they are joined in the parameter. */
const writeTerm = (value: string, lang: Lang): string => {
  const [kind = '', ...rest] = value.split(' ');
  return lang === 'zh' ? `${TERM_KINDS[kind] ?? kind} ${rest.join(' ')}` : value;
};

const PLACE_KINDS: Readonly<Record<string, { readonly en: string; readonly zh: string }>> = {
  host: { en: 'host', zh: '主机' },
  rack: { en: 'rack', zh: '机架' },
  zone: { en: 'zone', zh: '可用区' },
};

/** `Rack r27`, at the head of a sentence: kind and name as they are joined in the parameter. */
const writePlace = (value: string, lang: Lang): string => {
  const [kind = '', ...rest] = value.split(' ');
  const word = PLACE_KINDS[kind]?.[lang] ?? kind;
  return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${rest.join(' ')}`;
};

/** `39 racks`: kind and number as they are joined in the parameter. */
const writePlaces = (value: string, lang: Lang): string => {
  const [kind = '', count = ''] = value.split(' ');
  const word = PLACE_KINDS[kind]?.[lang] ?? kind;
  const number = Number(count).toLocaleString('en');
  return lang === 'zh' ? `${number} 个${word}` : `${number} ${word}${count === '1' ? '' : 's'}`;
};

const write = (name: string, value: Param, lang: Lang, today: Date | undefined): string => {
  if (value === null) return '?';
  if (name === 'term' && typeof value === 'string') return writeTerm(value, lang);
  if (name === 'place' && typeof value === 'string') return writePlace(value, lang);
  if (name === 'places' && typeof value === 'string') return writePlaces(value, lang);
  if (typeof value === 'string') return name.endsWith('At') ? writeTime(value, lang, today) : value;
  if (typeof value === 'boolean') return String(value);
  if (name.endsWith('Ms')) return writeSpan(value, lang);
  if (/(?:phi|limit)$/i.test(name)) return value.toFixed(1);
  if (/share$/i.test(name)) return `${Math.round(value * 100)}${NBSP}%`;
  return value.toLocaleString('en').replace('-', '−');
};

/** A Chinese unit needs no space before the Chinese that follows; a Latin one does. */
const CHINESE_UNIT = /(\d\u00a0(?:天|小时|分|秒)) (?=[\u3400-\u9fff])/g;

/**
 * The sentence of a message code in a language; an unknown code renders itself.
 * @param today the reader's day: instants of other days are written with theirs; absent: no day is written
 */
export const renderText = (
  text: { readonly code: string; readonly params: Readonly<Record<string, Param>> },
  lang: Lang,
  tense: Tense = 'present',
  today?: Date,
): string => {
  const message: Message | undefined = messages[text.code];
  if (message === undefined) return text.code;
  const wording = tense === 'past' ? (message.past ?? message) : message;
  const chosen = wording[lang].replace(
    /\{(\w+)\|([^|}]*)\|([^}]*)\}/g,
    (_whole, name: string, one: string, many: string) => (text.params[name] === 1 ? one : many),
  );
  const written = chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = text.params[name];
    return value === undefined ? whole : write(name, value, lang, today);
  });
  return lang === 'zh' ? written.replace(CHINESE_UNIT, '$1') : written;
};
