import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { ALL_IN_TURN, FAULTS } from '../test/support/cluster/faults.ts';
import { TestCluster } from '../test/support/cluster/test-cluster.ts';
import { runTrial, signUpMembers } from '../test/support/cluster/trial.ts';
import { EXIT_CODE_CUT_SHORT, runCommand } from './command-line/run-command.ts';
import { type CommandLine, HELP, parseCommandLine } from './faults/options.ts';
import { type Row, tableOf, writeTable } from './faults/table.ts';
import { endSignal } from './services/end-signal.ts';
import { Report } from './services/report.ts';
import { Services } from './services/services.ts';

const CASSANDRA_NODES = 3;
const SEED_MAX = 1_000_000;

await runCommand({ help: HELP, parse: (words) => parseCommandLine(words, randomInt(SEED_MAX)), main });

async function main(options: CommandLine): Promise<number> {
  const { members, rounds, only, deliveries, sendIntervalMs, pauseMs, seed, write } = options;
  const report = new Report((line) => process.stdout.write(`${line}\n`));
  using end = endSignal();
  await using services = await Services.start({
    ...{ cassandraNodes: CASSANDRA_NODES, ports: 'free', report, signal: end.signal },
  });
  report.line('three nodes: starting');
  await using cluster = await TestCluster.start(services, 'faults');
  report.line(`${members} members: signing up`);
  const people = await signUpMembers(cluster, members);
  const rows: Row[] = [];
  const command = `npm run faults -- --members ${members} --rounds ${rounds} --seed ${seed}`;
  const table = (): string => tableOf(rows, `${command} --delivery ${deliveries.join(',')}`);
  // What was found before something went wrong took long to find.
  using told = new DisposableStack();
  told.defer(() => process.stdout.write(`\n${table()}\n`));
  // A terminal's Ctrl-C ends the nodes too: what waits for messages would wait for minutes.
  const ended = once(end.signal, 'abort').then(() => null);
  let failures = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const delivery of deliveries) {
      for (const fault of [...FAULTS, ALL_IN_TURN].filter(({ name }) => name.includes(only))) {
        const load = { people, delivery, sendIntervalMs, pauseMs, seed: seed + round };
        const trial = report.during(`${delivery}: ${fault.name}`, () =>
          runTrial({ cluster, services, fault, ...load }),
        );
        trial.catch(() => {});
        const done = await Promise.race([trial, ended]);
        if (done === null) return EXIT_CODE_CUT_SHORT;
        const { result: findings } = done;
        rows.push({ fault: fault.name, delivery, findings });
        const isLate = fault.pauseMsMax !== null && findings.longestPauseMs > fault.pauseMsMax;
        // An EPHEMERAL message that was in flight may be lost; none may come twice.
        const isAtFault = findings.faults.length > 0 || findings.repeated > 0 || isLate;
        if (isAtFault) failures += 1;
        report.line(`${isAtFault ? 'FAILED' : 'held'}: ${JSON.stringify(findings)}`);
      }
    }
  }
  if (write !== null) await writeTable(write, table());
  return failures === 0 ? 0 : 1;
}
