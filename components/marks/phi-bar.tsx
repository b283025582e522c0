import type { NodeState } from '#lib/model/node.ts';

const SUSPECT_AT = 3;
/** The bar goes on beyond the down limit, so that it can be seen to be passed. */
const BEYOND = 1.4;

/** φ of a node as a bar, with the limits from which it is suspect and down. */
export const PhiBar = ({
  node: { fused, downLimit, state },
  width = 50,
}: {
  node: { readonly fused: number | null; readonly downLimit: number | null; readonly state: NodeState };
  width?: number;
}) => {
  const top = BEYOND * (downLimit ?? 2 * SUSPECT_AT);
  const x = (phi: number): number => (width * Math.min(phi, top)) / top;
  const fill =
    state === 'down' ? 'var(--st-down)' : state === 'suspect' ? 'var(--st-suspect)' : 'var(--st-ok)';
  return (
    <svg width={width} height="12" viewBox={`0 0 ${width} 12`} aria-hidden="true" className="flex-none">
      <rect x=".5" y="3.5" width={width - 1} height="5" fill="none" stroke="var(--line-2)" />
      <rect y="3" width={x(fused ?? 0)} height="6" fill={fill} />
      <path d={`M${x(SUSPECT_AT)} 1v10`} stroke="var(--st-suspect)" />
      {downLimit !== null && <path d={`M${x(downLimit)} 0v12`} stroke="var(--threshold)" strokeWidth="1.5" />}
    </svg>
  );
};
