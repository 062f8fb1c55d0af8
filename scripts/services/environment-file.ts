import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** A file of `NAME=value` lines that a shell can source and `node --env-file` reads. */
export class EnvironmentFile {
  readonly #path: string;
  #text = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** Whoever looks sees the whole file or none. */
  async write(variables: Readonly<Record<string, string>>): Promise<void> {
    this.#text = Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
    const partial = `${this.#path}.${process.pid}`;
    await writeFile(partial, this.#text);
    await rename(partial, this.#path);
  }

  /** Removes it, so that nobody looks for servers that are gone; another run's is left alone. */
  async remove(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch(() => undefined);
    if (this.#text !== '' && text === this.#text) await rm(this.#path, { force: true });
  }
}
