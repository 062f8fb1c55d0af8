import type { MetricName } from '../measure/metrics.ts';
import { formatSummary, titleOf } from './number.ts';
import type { Row } from './rows.ts';

const WIDTH = 820;
const LABEL_WIDTH = 320;
const VALUE_WIDTH = 150;
const ROW_HEIGHT = 26;
const BAR_HEIGHT = 14;
const TOP = 44;
const BOTTOM = 10;
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH;

/** It is shown as a picture, in light and in dark pages. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .value { fill: #59636e; font-variant-numeric: tabular-nums }
  .bar { fill: #8c959f }
  .own { fill: #0969da }
  .own-label { font-weight: 600 }
  .range { stroke: #1f2328; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .value { fill: #9198a1 }
    .bar { fill: #656c76 }
    .own { fill: #4493f8 }
    .range { stroke: #f0f6fc }
  }`;

/** Bars of the medians with the range of the repeats, as an SVG; less is better in all that is drawn. */
export function barChart(title: string, rows: readonly Row[], metric: MetricName): string {
  const bars = rows.flatMap((row) => {
    const summary = row.value(metric);
    return summary === null ? [] : [{ ...row, summary }];
  });
  const largest = Math.max(...bars.map(({ summary }) => summary.max), Number.MIN_VALUE);
  const x = (value: number): number => LABEL_WIDTH + (value / largest) * PLOT_WIDTH;
  const height = TOP + bars.length * ROW_HEIGHT + BOTTOM;
  const drawn = bars.map(({ label, isParley, summary }, index) => {
    const middle = TOP + index * ROW_HEIGHT + ROW_HEIGHT / 2;
    const own = isParley ? ' own' : '';
    return [
      `<text class="${isParley ? 'own-label' : ''}" x="${LABEL_WIDTH - 10}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="bar${own}" x="${LABEL_WIDTH}" y="${middle - BAR_HEIGHT / 2}" width="${round(x(summary.median) - LABEL_WIDTH)}" height="${BAR_HEIGHT}" rx="2"/>`,
      `<line class="range" x1="${round(x(summary.min))}" y1="${middle}" x2="${round(x(summary.max))}" y2="${middle}"/>`,
      `<text class="value" x="${round(x(summary.max)) + 8}" y="${middle + 4}">${formatSummary({ ...summary, min: summary.median, max: summary.median }, metric)}</text>`,
    ].join('\n');
  });
  const heading = `${title}: ${titleOf(metric)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(heading)}">`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="10" y="22">${escaped(heading)}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

const round = (value: number): number => Math.round(value * 10) / 10;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
