import type { Distribution, Origin, OriginOptions, Program, Running } from './origin.ts';
import { run } from './run.ts';

const ENGINE_ANSWER_MS_MAX = 5_000;

/** Whether a container engine answers whose containers can share the machine's own loopback (Docker Desktop's can't). */
export async function containerEngineAnswers(signal: AbortSignal): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const words = ['info', '--format', '{{.OperatingSystem}}'];
  const { code, output } = await run('docker', words, { signal, timeoutMs: ENGINE_ANSWER_MS_MAX });
  return code === 0 && !output.includes('Docker Desktop');
}

/** The official image of a server, pulled where it is not here yet. Its programs get the same words and files as without containers. */
export async function containerOrigin(
  { kind, image, ...paths }: Distribution,
  options: OriginOptions,
): Promise<Origin> {
  const { report, signal } = options;
  const present = await run('docker', ['image', 'inspect', image], { signal });
  if (present.code !== 0) {
    const pull = () => run('docker', ['pull', image], { signal });
    const { result, seconds } = await report.during(`${kind}: pulling ${image}`, pull);
    if (result.code !== 0) throw new Error(`docker pull ${image} failed:\n${result.output}`);
    report.line(`${kind}: pulled in ${seconds} s`);
  }
  return {
    label: `image ${image}`,
    libraryDirectory: paths.imageLibraryDirectory,
    command: (program, place) => ({ file: 'docker', words: runWords(image, program, place) }),
    // The client that runs in the foreground passes on neither SIGKILL nor SIGSTOP.
    signal: async (running, name) => {
      await run('docker', ['kill', '--signal', name, running.name]);
    },
    forcedEnd: ({ name }: Running) => `docker rm --force ${name}`,
  };
}

function runWords(image: string, program: Program, { name, directory }: { name: string; directory: string }): string[] {
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const place = ['--network', 'host', '--user', user, '--volume', `${directory}:${directory}`, '--workdir', directory];
  return ['run', '--rm', '--name', name, ...place, '--entrypoint', program.name, image, ...program.words];
}
