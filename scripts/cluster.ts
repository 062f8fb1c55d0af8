import { Cluster } from './cluster/cluster.ts';
import { type CommandLine, HELP, parseCommandLine } from './cluster/options.ts';
import { EXIT_CODE_CUT_SHORT, runCommand } from './command-line/run-command.ts';
import { endSignal } from './services/end-signal.ts';
import { Report } from './services/report.ts';

await runCommand({ help: HELP, parse: parseCommandLine, main });

async function main(options: CommandLine): Promise<number> {
  const report = new Report((line) => process.stdout.write(`${line}\n`));
  using end = endSignal();
  let cluster: Cluster;
  try {
    cluster = await Cluster.start({ ...options, report, signal: end.signal });
  } catch (error) {
    if (!end.signal.aborted) throw error;
    report.line(`${end.signal.reason.message} before it was ready`);
    return EXIT_CODE_CUT_SHORT;
  }
  report.line(`data and logs in ${cluster.services.dataDirectory}`);
  process.stdout.write(`\n${cluster.page}\ncluster ready\n`);
  await end.received();
  report.line(`${end.signal.reason.message}; ending all`);
  await cluster[Symbol.asyncDispose]();
  report.line('all ended');
  return 0;
}
