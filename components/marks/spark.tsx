const WIDTH = 96;
const HEIGHT = 20;

/** φ of the last five minutes beside its down limit; what was not measured is a gap. */
export const PhiSpark = ({
  values,
  downLimit,
  label,
}: {
  values: readonly (number | null)[];
  downLimit: number;
  label: string;
}) => {
  const top = Math.max(downLimit * 1.1, 1);
  const y = (phi: number): number => HEIGHT - 1 - (Math.min(phi, top) / top) * (HEIGHT - 2);
  let path = '';
  let pen = false;
  values.forEach((phi, i) => {
    if (phi === null) {
      pen = false;
      return;
    }
    path += `${pen ? 'L' : 'M'}${((WIDTH * i) / (values.length - 1)).toFixed(1)} ${y(phi).toFixed(1)}`;
    pen = true;
  });
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
      className="block flex-none"
    >
      <path d={`M0 ${y(downLimit)}H${WIDTH}`} stroke="var(--threshold)" strokeDasharray="3 3" />
      <path d={path} fill="none" stroke="var(--ink)" strokeWidth="1.2" />
    </svg>
  );
};
