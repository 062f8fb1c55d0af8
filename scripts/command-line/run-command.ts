interface Command<CommandLine extends { readonly isHelp: boolean }> {
  readonly help: string;
  /** Throws an error that says what an option takes. */
  readonly parse: (words: readonly string[]) => CommandLine;
  /** To the exit code. */
  readonly main: (commandLine: CommandLine) => Promise<number>;
}

/** Ended by a signal before it was ready. */
export const EXIT_CODE_CUT_SHORT = 130;

/** A command as `npm run` starts it: what whoever started it can mend is one line, and the exit code 1. */
export async function runCommand<CommandLine extends { readonly isHelp: boolean }>(
  command: Command<CommandLine>,
): Promise<void> {
  // Whoever read the progress may be gone; that ends nothing.
  process.stdout.on('error', () => {});
  try {
    const commandLine = command.parse(process.argv.slice(2));
    if (commandLine.isHelp) process.stdout.write(command.help);
    else process.exitCode = await command.main(commandLine);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
