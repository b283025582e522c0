import { writeSpan } from '#lib/i18n/render.ts';
import type { Lang } from '#lib/i18n/lang.ts';

const locale = (lang: Lang): string => (lang === 'zh' ? 'zh-CN' : 'en-GB');

/** `14:32:07`, in the reader's zone; with the day when it is not the day of `now`. */
export const clockTime = (iso: string, lang: Lang, now: number): string => {
  const at = new Date(iso);
  const sameDay = at.toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(locale(lang), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(sameDay ? {} : { weekday: 'short', day: 'numeric' }),
  }).format(at);
};

/** An instant as `<input type="datetime-local">` takes it: to the second, in the reader's zone. */
export const localInput = (at: Date): string => {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
};

/** How long ago, in at most two units. */
export const sinceSpan = (iso: string, lang: Lang, now: number): string =>
  writeSpan(Math.max(0, Math.floor((now - Date.parse(iso)) / 1000) * 1000), lang);

/** A span of milliseconds, or `?`. */
export const spanOrUnknown = (ms: number | null, lang: Lang): string =>
  ms === null ? '?' : writeSpan(ms, lang);

/** A tick of a time axis: seconds only where ticks are closer than a minute, the day where they are a day apart. */
export const axisTime = (at: number, stepMs: number, lang: Lang): string =>
  new Intl.DateTimeFormat(locale(lang), {
    ...(stepMs >= 86_400_000
      ? { weekday: 'short', day: 'numeric' }
      : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    ...(stepMs < 60_000 ? { second: '2-digit' } : {}),
  }).format(at);
