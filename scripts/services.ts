import { EXIT_CODE_CUT_SHORT, runCommand } from './command-line/run-command.ts';
import { endSignal } from './services/end-signal.ts';
import { EnvironmentFile } from './services/environment-file.ts';
import { type CommandLine, HELP, parseCommandLine } from './services/options.ts';
import { Report } from './services/report.ts';
import { Services } from './services/services.ts';

await runCommand({ help: HELP, parse: parseCommandLine, main });

async function main({ environmentPath, parentProcessId, ...options }: CommandLine): Promise<number> {
  const report = new Report((line) => process.stdout.write(`${line}\n`));
  using end = endSignal(parentProcessId);
  let services: Services;
  try {
    services = await Services.start({ ...options, report, signal: end.signal });
  } catch (error) {
    if (!end.signal.aborted) throw error;
    report.line(`${end.signal.reason.message} before they were ready`);
    return EXIT_CODE_CUT_SHORT;
  }
  const file = new EnvironmentFile(environmentPath);
  try {
    await file.write(services.variables);
    report.line(`addresses in ${environmentPath}, data in ${services.dataDirectory}`);
    process.stdout.write('services ready\n');
    await end.received();
    report.line(`${end.signal.reason.message}; ending all`);
  } finally {
    await file.remove();
    await services[Symbol.asyncDispose]();
  }
  report.line('all ended');
  return 0;
}
