import { lineChart } from '../report/line-chart.ts';
import { formatNumber } from '../report/number.ts';
import { ASSUMPTION_NAMES, ASSUMPTIONS, type Assumed } from './assumptions.ts';
import { activityAt, DAY_SECONDS } from './day.ts';
import { deliveriesPerMessage } from './demand.ts';
import type { Restart, Simulation } from './simulation.ts';
import type { Sizing } from './sizing.ts';
import { UNIT_COST_NAMES, UNIT_COSTS, type UnitCosts } from './unit-costs.ts';

export interface CapacityReport {
  readonly markdown: string;
  /** By file name. */
  readonly charts: ReadonlyMap<string, string>;
}

export interface CapacityFigures {
  readonly assumed: Assumed;
  readonly costs: UnitCosts;
  readonly sizing: Sizing;
  readonly calm: Simulation;
  readonly restarted: Simulation;
  readonly restart: Restart;
}

/** Of the restart: a minute before, and until well after it. */
const ZOOM_BEFORE = 60;
const ZOOM_SECONDS = 360;

const whole = (value: number): string => formatNumber(value, 0);
const percent = (value: number): string => `${formatNumber(100 * value, 0)}%`;
const millions = (value: number): string => (value === 0 ? '0' : `${formatNumber(value / 1e6, 1)} M`);

export function capacityReport(figures: CapacityFigures): CapacityReport {
  const { assumed, costs, sizing } = figures;
  const markdown = [
    '### What is needed\n',
    table(['what', 'how many', 'because'], sizingRows(assumed, sizing)),
    '\n### A simulated day\n',
    table(
      ['', 'an ordinary day', `a region's gateways away for ${figures.restart.seconds} s at its peak`],
      dayRows(figures),
    ),
    '\n![Sockets over the day](capacity/day.svg)\n',
    '![A region restarts](capacity/restart.svg)\n',
    '### Assumptions\n',
    table(
      ['option', 'value', 'meaning'],
      ASSUMPTION_NAMES.map((name) => [
        `\`--${optionOf(name)}\``,
        `${plain(assumed[name])} ${ASSUMPTIONS[name].unit}`.trim(),
        ASSUMPTIONS[name].about,
      ]),
    ),
    '\n### Unit costs\n',
    table(
      ['what', 'cost', '', 'from'],
      UNIT_COST_NAMES.map((name) => [
        `\`--${optionOf(name)}\``,
        `${formatNumber(costs[name], costs[name] < 100 ? 1 : 0)} ${UNIT_COSTS[name].unit}`,
        UNIT_COSTS[name].about,
        UNIT_COSTS[name].measured !== null && costs[name] !== UNIT_COSTS[name].value
          ? 'docs/performance.md'
          : 'a trial',
      ]),
    ),
    '',
  ].join('\n');
  return { markdown, charts: chartsOf(figures) };
}

/** `dailyUsers` → `daily-users` */
export const optionOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const plain = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

function sizingRows(assumed: Assumed, sizing: Sizing): readonly (readonly string[])[] {
  const { demand } = sizing;
  const perGateway = demand.sockets / sizing.gateways;
  return [
    [
      'sockets',
      whole(demand.sockets),
      `${percent(assumed.onlineAtPeak)} of ${millions(assumed.dailyUsers)} users, ${assumed.socketsPerUser} each`,
    ],
    ['sends a second', whole(demand.sends), `${assumed.sendsPerDay} a day each, at the busiest hour`],
    ['deliveries a second', whole(demand.deliveries), `${deliveriesPerMessage(assumed).toFixed(1)} sockets a message`],
    [
      'gateways',
      whole(sizing.gateways),
      `${whole(perGateway)} sockets each, ${percent(assumed.utilisation)} of a core with ${assumed.regionsSpare} of ${assumed.regions} regions away; ${whole(sizing.gatewayMemoryGigabytes)} GB for sockets in all`,
    ],
    ['API processes', whole(sizing.apiProcesses), `${whole(demand.pages)} pages a second and the sends`],
    ['sequencers', whole(sizing.sequencers), 'every send is a command'],
    [
      'Kafka partitions',
      whole(sizing.kafkaPartitions),
      `${whole(sizing.kafkaTerabytes)} TB for ${assumed.logDays} days, ${assumed.kafkaReplication} copies`,
    ],
    [
      'Redis shards',
      whole(sizing.redisShards),
      `a publish a message and a push to each gateway that has a socket for it`,
    ],
    [
      'Cassandra nodes',
      whole(sizing.cassandraNodes),
      `${whole(sizing.cassandraTerabytesPerYear)} TB a year, ${assumed.cassandraReplication} copies; ${assumed.cassandraCores} cores and ${assumed.cassandraDisk} TB each`,
    ],
  ];
}

function dayRows({ assumed, sizing, calm, restarted }: CapacityFigures): readonly (readonly string[])[] {
  const both = (name: string, of: (simulation: Simulation) => string) => [name, of(calm), of(restarted)];
  const expected = assumed.dailyUsers * assumed.sendsPerDay;
  const peak = ({ moments }: Simulation): number => moments.reduce((most, { sockets }) => Math.max(most, sockets), 0);
  return [
    both('messages sent, of those expected', ({ sendsInAll }) => percent(sendsInAll / expected)),
    both('most sockets at once, of those planned for', (simulation) =>
      percent(peak(simulation) / sizing.demand.sockets),
    ),
    both('busiest moment of the gateways', ({ utilisationMax }) => percent(utilisationMax)),
    both('most clients waiting', ({ waitingMax }) => whole(waitingMax)),
    both('until all but 0.1% of them are back', ({ recoverySeconds }) =>
      recoverySeconds === null ? '–' : `${recoverySeconds} s`,
    ),
  ];
}

function chartsOf({ assumed, sizing, calm, restarted, restart }: CapacityFigures): ReadonlyMap<string, string> {
  const worst = restarted.moments.findIndex(({ waiting }, index) => waiting > (calm.moments[index]?.waiting ?? 0));
  const from = Math.max(0, Math.min(worst - ZOOM_BEFORE, DAY_SECONDS - ZOOM_SECONDS));
  const zoom = restarted.moments.slice(from, from + ZOOM_SECONDS);
  const oneRegion = sizing.demand.sockets / assumed.regions;
  const day = lineChart({
    title: "Sockets over a day of the first region's clock",
    lines: [
      { label: 'all regions', values: calm.moments.map(({ sockets }) => sockets) },
      { label: 'one region', values: calm.moments.map(({ second }) => oneRegion * activityAt(second)) },
    ],
    marks: ['0:00', '6:00', '12:00', '18:00', '24:00'],
    format: millions,
  });
  const restarts = lineChart({
    title: `A region's gateways restart at its peak, away for ${restart.seconds} s`,
    lines: [
      { label: 'connected', values: zoom.map(({ sockets }) => sockets) },
      { label: 'waiting', values: zoom.map(({ waiting }) => waiting) },
    ],
    marks: ['-1 min', '0', '1', '2', '3', '4', '5 min'],
    format: millions,
  });
  return new Map([
    ['day.svg', day],
    ['restart.svg', restarts],
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
