/**
 * The upper tail of the normal law in log space: `φ(y) = −log10 Q(y)`, `Q(y) = ½·erfc(y/√2)`. Computed by 1 − F it would
 * underflow to infinity from y = 8.25 on; here it is finite up to y = 1e8, with a relative error below 2e-12.
 * Series and continued fraction: Abramowitz & Stegun 26.2.11, 26.2.12, 26.2.14.
 */

const HALF_LN_2PI = 0.9189385332046727;
const ASYMPTOTIC = [-1, 3, -15, 105, -945, 10_395, -135_135, 2_027_025] as const;

const lnQCentre = (y: number): number => {
  let term = y;
  let sum = y;
  for (let k = 1; term > sum * 1e-17; k += 1) {
    term *= (y * y) / (2 * k + 1);
    sum += term;
  }
  return Math.log(0.5 - Math.exp((-y * y) / 2 - HALF_LN_2PI) * sum);
};

const lnQFraction = (y: number): number => {
  let fraction = y;
  for (let k = Math.ceil(12 + 300 / (y * y)); k >= 1; k -= 1) fraction = y + k / fraction;
  return (-y * y) / 2 - HALF_LN_2PI - Math.log(fraction);
};

const lnQFar = (y: number): number => {
  const r = 1 / (y * y);
  let power = r;
  let sum = 1;
  for (const factor of ASYMPTOTIC) {
    sum += factor * power;
    power *= r;
  }
  return (-y * y) / 2 - HALF_LN_2PI - Math.log(y) + Math.log(sum);
};

/** ln Q(y), the natural logarithm of the probability that a standard normal value exceeds y. */
export const lnQ = (y: number): number => {
  if (y < 0) return Math.log1p(-Math.exp(lnQ(-y)));
  if (y < 2) return lnQCentre(y);
  return y < 12 ? lnQFraction(y) : lnQFar(y);
};

/** φ of a standardised silence y. */
export const phiOfY = (y: number): number => -lnQ(y) / Math.LN10;

/** The standardised silence at which φ is reached; its inverse. Newton's method on ln Q. */
export const yOfPhi = (phi: number): number => {
  const goal = phi * Math.LN10;
  let y = phi > 0.5 ? Math.sqrt(Math.max(0, 2 * goal - Math.log(4 * Math.PI * goal))) : 0;
  for (let round = 0; round < 60; round += 1) {
    const value = lnQ(y);
    const step = (value + goal) * Math.exp(value + (y * y) / 2 + HALF_LN_2PI);
    y += step;
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(y))) break;
  }
  return y;
};
