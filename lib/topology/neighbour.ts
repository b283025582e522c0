interface Standing {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** What an arrow key leads to: the nearest one in that direction. */
export const neighbour = (standing: readonly Standing[], from: string | null, key: string): string | null => {
  const here = standing.find((each) => each.id === from);
  if (here === undefined) return standing[0]?.id ?? null;
  let best: { readonly id: string; readonly distance: number } | null = null;
  for (const each of standing) {
    const dx = each.x - here.x;
    const dy = each.y - here.y;
    const ahead = key === 'ArrowRight' ? dx : key === 'ArrowLeft' ? -dx : key === 'ArrowDown' ? dy : -dy;
    const aside = key === 'ArrowRight' || key === 'ArrowLeft' ? Math.abs(dy) : Math.abs(dx);
    if (ahead <= 0) continue;
    const distance = ahead + 3 * aside;
    if (best === null || distance < best.distance) best = { id: each.id, distance };
  }
  return best?.id ?? here.id;
};
