import type { Paint } from '#components/charts/use-canvas.ts';
import type { HexagonLook } from '#lib/topology/hexagon-looks.ts';
import type { Caption, Hexagon, Honeycomb } from '#lib/topology/honeycomb.ts';
import type { Look } from '#lib/topology/look.ts';

interface Style {
  readonly fill: string | null;
  readonly stroke: string | null;
  readonly width: number;
  readonly isDashed: boolean;
  /** Ink on the fill: the × of what is down, and numbers. */
  readonly ink: string;
  readonly hasCross: boolean;
}

const plain = { stroke: null, width: 0, isDashed: false, hasCross: false } as const;
const edged = { stroke: '--phi-edge', width: 0.75, isDashed: false, hasCross: false } as const;
const outline = { fill: null, isDashed: false, hasCross: false, width: 1.5, ink: '--ink' } as const;

/** How each look is drawn: only what is abnormal has a saturated colour, and what is down has a × too. */
export const LOOK_STYLES: Readonly<Record<Look, Style>> = {
  'phi-0': { ...edged, width: 0.5, fill: '--phi-0', ink: '--on-phi-0' },
  'phi-1': { ...edged, fill: '--phi-1', ink: '--on-phi-1' },
  'phi-2': { ...plain, fill: '--phi-2', ink: '--on-phi-2' },
  'phi-3': { ...plain, fill: '--phi-3', ink: '--on-phi-3' },
  'phi-4': { ...plain, fill: '--phi-4', ink: '--on-phi-4', hasCross: true },
  up: { ...edged, width: 0.5, fill: '--phi-0', ink: '--on-phi-0' },
  suspect: { ...plain, fill: '--st-suspect', ink: '--on-suspect' },
  down: { ...plain, fill: '--st-down', ink: '--on-down', hasCross: true },
  recovering: { ...outline, stroke: '--st-ok' },
  maintenance: { ...outline, stroke: '--st-maint' },
  unheard: { ...outline, stroke: '--st-unknown', width: 1.25, isDashed: true },
};

const DASH = [2.5, 1.6];

/** The corners of a hexagon that stands on one. */
export const corners = (x: number, y: number, radius: number): readonly (readonly [number, number])[] =>
  Array.from({ length: 6 }, (_, i) => {
    const angle = (Math.PI / 3) * i - Math.PI / 2;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });

const trace = (path: Path2D, { x, y, radius }: Pick<Hexagon, 'x' | 'y' | 'radius'>, inset = 0): void => {
  corners(x, y, radius - inset).forEach(([cornerX, cornerY], i) =>
    i === 0 ? path.moveTo(cornerX, cornerY) : path.lineTo(cornerX, cornerY),
  );
  path.closePath();
};

/** One path for all hexagons of a look: a thousand of them are a handful of fills. */
const drawLook = (
  context: CanvasRenderingContext2D,
  look: Look,
  hexagons: readonly Hexagon[],
  paint: Paint,
): void => {
  const style = LOOK_STYLES[look];
  const path = new Path2D();
  for (const hexagon of hexagons) trace(path, hexagon, style.fill === null ? style.width / 2 : 0);
  if (style.fill !== null) {
    context.fillStyle = paint(style.fill);
    context.fill(path);
  }
  if (style.stroke !== null) {
    context.strokeStyle = paint(style.stroke);
    context.lineWidth = style.width;
    context.setLineDash(style.isDashed ? DASH : []);
    context.stroke(path);
    context.setLineDash([]);
  }
};

/** A × on what is down, in the ink of its colour. */
const drawCross = (context: CanvasRenderingContext2D, { x, y, radius }: Hexagon, ink: string): void => {
  const arm = Math.min(6, radius * 0.31);
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x - arm, y - arm);
  context.lineTo(x + arm, y + arm);
  context.moveTo(x + arm, y - arm);
  context.lineTo(x - arm, y + arm);
  context.stroke();
};

const ring = (context: CanvasRenderingContext2D, hexagon: Hexagon, paint: Paint): void => {
  const path = new Path2D();
  trace(path, hexagon);
  context.strokeStyle = paint('--ground');
  context.lineWidth = 4;
  context.stroke(path);
  context.strokeStyle = paint('--ink');
  context.lineWidth = 2;
  context.stroke(path);
};

/** A text cut so that it fits: canvas would squeeze it instead. */
const fitted = (context: CanvasRenderingContext2D, text: string, width: number): string => {
  if (context.measureText(text).width <= width) return text;
  let shown = text;
  while (shown.length > 1 && context.measureText(`${shown}…`).width > width) shown = shown.slice(0, -1);
  return `${shown}…`;
};

interface Marks {
  readonly looks: readonly HexagonLook[];
  readonly zones: readonly { readonly title: string; readonly note: string }[];
  readonly captionText: (caption: Caption) => string;
  /** Places whose names stand out: they hold what is abnormal. */
  readonly loud: ReadonlySet<string>;
  readonly ringed: readonly string[];
}

/** The whole map: names and counts of zones, names of places, hexagons. */
export const drawHoneycomb = (
  context: CanvasRenderingContext2D,
  paint: Paint,
  { zones, captions, hexagons, width }: Honeycomb,
  marks: Marks,
): void => {
  const font = (weight: number, size: number): void => {
    context.font = `${weight} ${size}px ${paint('--font-sans')}`;
  };
  context.textBaseline = 'middle';
  zones.forEach(({ y }, i) => {
    const { title = '', note = '' } = marks.zones[i] ?? {};
    font(600, 12);
    context.fillStyle = paint('--ink');
    context.fillText(title, 0, y);
    const indent = title === '' ? 0 : context.measureText(title).width + 14;
    font(400, 12);
    context.fillStyle = paint('--ink-2');
    context.fillText(fitted(context, note, width - indent), indent, y);
  });
  for (const caption of captions) {
    const isLoud = marks.loud.has(caption.id);
    font(isLoud ? 600 : 400, 11);
    context.fillStyle = paint(isLoud ? '--ink' : '--ink-3');
    context.fillText(
      fitted(context, marks.captionText(caption), caption.width - 4),
      caption.x + 1,
      caption.y,
    );
    if (isLoud) context.fillRect(caption.x, caption.y + 7.5, caption.width - 4, 1.5);
  }
  const byLook = new Map<Look, Hexagon[]>();
  hexagons.forEach((hexagon, i) => {
    const look = marks.looks[i]?.look ?? 'unheard';
    const same = byLook.get(look);
    if (same === undefined) byLook.set(look, [hexagon]);
    else same.push(hexagon);
  });
  for (const [look, same] of byLook) drawLook(context, look, same, paint);
  context.textAlign = 'center';
  hexagons.forEach((hexagon, i) => {
    const seen = marks.looks[i];
    if (seen === undefined) return;
    const ink = paint(LOOK_STYLES[seen.look].ink);
    // A number says more than the colour tells: of one, the colour tells.
    if (seen.abnormal > 1) {
      font(600, 12);
      context.fillStyle = ink;
      context.fillText(String(seen.abnormal), hexagon.x, hexagon.y + 0.5);
    } else if (seen.isDown) drawCross(context, hexagon, ink);
  });
  context.textAlign = 'left';
  for (const hexagon of hexagons) if (marks.ringed.includes(hexagon.id)) ring(context, hexagon, paint);
};
