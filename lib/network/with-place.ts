/** An error and where it happened, once: the system's own words often name the place, as in `connect ECONNREFUSED 10.0.0.1:9100`. */
export const withPlace = (place: string, message: string): string =>
  /^connect \S+ \S+:\d+/.test(message) ? message : `${place}: ${message}`;
