const WIDTH = 820;
const HEIGHT = 260;
const LEFT = 70;
const RIGHT = 110;
const TOP = 44;
const BOTTOM = 34;
const POINTS_MAX = 400;
const GRID_LINES = 4;

/** It is shown as a picture, in light and in dark pages. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #59636e; font-variant-numeric: tabular-nums }
  .title { font-weight: 600; fill: #1f2328 }
  .grid { stroke: #d1d9e0 }
  polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
  .s0 { stroke: #0969da } .t0 { fill: #0969da }
  .s1 { stroke: #bc4c00 } .t1 { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 }
    .title { fill: #f0f6fc }
    .grid { stroke: #3d444d }
    .s0 { stroke: #4493f8 } .t0 { fill: #4493f8 }
    .s1 { stroke: #f0883e } .t1 { fill: #f0883e }
  }`;

export interface Line {
  readonly label: string;
  /** At equal distances. */
  readonly values: readonly number[];
}

export interface LineChartOptions {
  readonly title: string;
  /** One or two. */
  readonly lines: readonly Line[];
  /** Along the bottom, at equal distances. */
  readonly marks: readonly string[];
  readonly format: (value: number) => string;
}

/** Lines from zero over a common scale, each named at its end, as an SVG. */
export function lineChart({ title, lines, marks, format }: LineChartOptions): string {
  const largest = Math.max(Number.MIN_VALUE, ...lines.flatMap(({ values }) => thinned(values)));
  const top = niceAbove(largest);
  const x = (share: number): number => LEFT + share * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const grid = Array.from({ length: GRID_LINES + 1 }, (_, index) => (top * index) / GRID_LINES).map((value) =>
    [
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(value))}" y2="${round(y(value))}"/>`,
      `<text x="${LEFT - 8}" y="${round(y(value)) + 4}" text-anchor="end">${format(value)}</text>`,
    ].join('\n'),
  );
  const ends = spread(lines.map(({ values }) => y(values.at(-1) ?? 0)));
  const drawn = lines.map(({ label, values }, index) => {
    const points = thinned(values);
    const places = points.map((value, at) => `${round(x(at / Math.max(1, points.length - 1)))},${round(y(value))}`);
    return [
      `<polyline class="s${index}" points="${places.join(' ')}"/>`,
      `<text class="t${index}" x="${WIDTH - RIGHT + 8}" y="${round(ends[index] as number) + 4}">${label}</text>`,
    ].join('\n');
  });
  const bottom = marks.map(
    (mark, index) =>
      `<text x="${round(x(index / Math.max(1, marks.length - 1)))}" y="${HEIGHT - 12}" text-anchor="middle">${mark}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="10" y="22">${title}</text>`,
    ...[...grid, ...bottom, ...drawn],
    '</svg>',
    '',
  ].join('\n');
}

/** Of each stretch the largest, so that no peak is lost. */
function thinned(values: readonly number[]): readonly number[] {
  const stretch = Math.ceil(values.length / POINTS_MAX);
  return Array.from({ length: Math.ceil(values.length / stretch) }, (_, index) =>
    Math.max(...values.slice(index * stretch, (index + 1) * stretch)),
  );
}

/** Two names that would cover each other move apart. */
function spread(heights: readonly number[]): readonly number[] {
  const [first, second] = heights;
  if (first === undefined || second === undefined || Math.abs(first - second) >= 16) return heights;
  return first <= second ? [second - 16, second] : [first, first - 16];
}

function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 4, 5, 8, 10].find((step) => step * power >= value) ?? 10) as number) * power;
}

const round = (value: number): number => Math.round(value * 10) / 10;
