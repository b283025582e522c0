const DAY_MS = 86_400_000;

const daysInMonth = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;

const FIELDS: Readonly<Record<string, (date: Date) => number>> = {
  days_in_month: daysInMonth,
  day_of_month: (date) => date.getUTCDate(),
  day_of_week: (date) => date.getUTCDay(),
  day_of_year: dayOfYear,
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
};

/** Functions of an instant in seconds since 1970, in UTC; fractions are cut. What no calendar holds is NaN. */
export const CALENDAR_FUNCTIONS: Readonly<Record<string, (seconds: number) => number>> = Object.fromEntries(
  Object.entries(FIELDS).map(([name, field]) => [
    name,
    (seconds: number) => field(new Date(Math.trunc(seconds) * 1000)),
  ]),
);
