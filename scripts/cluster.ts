import { Cluster } from './cluster/cluster.ts';
import { type CommandLine, HELP, parseCommandLine } from './cluster/options.ts';
import { endSignal } from './services/end-signal.ts';
import { Report } from './services/report.ts';

/** Ended by a signal before it was ready. */
const EXIT_CODE_CUT_SHORT = 130;

// Whoever read the progress may be gone; that ends nothing.
process.stdout.on('error', () => {});

try {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.isHelp) process.stdout.write(HELP);
  else process.exitCode = await main(commandLine);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

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
