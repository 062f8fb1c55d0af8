import { importsOf, type Source } from './sources.ts';

/**
 * The part of the product that a file belongs to. Imports go one way: gateway → graphql → services → stream, sequencer → ports → domain; an
 * implementation imports its own port, domain and its one vendor package.
 */
interface Part {
  readonly name: string;
  readonly files: RegExp;
  /** Besides itself. */
  readonly mayImport: readonly string[];
  /** What to do instead of the import that is most tempting here. */
  readonly instead: string;
}

const PORTS = ['log', 'storage', 'pubsub', 'presence', 'discovery'];

/** What two ports' implementations share: the embedded log and storage one database, pub/sub and presence one kind of server. */
const SHARED_VENDORS: Readonly<Record<string, readonly string[]>> = {
  log: ['sqlite'],
  storage: ['sqlite'],
  pubsub: ['redis'],
  // Changes travel on the bus.
  presence: ['redis', 'pubsub'],
};

/** The first part whose pattern fits is the file's own, so that ports stand before the implementations in their folders. */
const PARTS: readonly Part[] = [
  { name: 'composition', files: /^src\/((app|main)\.ts$|profiles\/)/, mayImport: ['*'], instead: '' },
  { name: 'domain', files: /^src\/domain\//, mayImport: [], instead: 'pass what the rule needs as a value' },
  { name: 'limits', files: /^src\/config\/limits\.ts$/, mayImport: [], instead: 'write the number here' },
  {
    name: 'config',
    files: /^src\/config\//,
    mayImport: ['limits', 'domain'],
    instead: 'app.ts passes the configuration on',
  },
  {
    name: 'telemetry',
    files: /^src\/telemetry\//,
    mayImport: ['limits'],
    instead: 'whoever has something to say calls telemetry',
  },
  {
    name: 'log',
    files: /^src\/log\/log\.ts$/,
    mayImport: ['domain', 'limits'],
    instead: 'a port knows no implementation',
  },
  {
    name: 'storage',
    files: /^src\/storage\/[^/]+\.ts$/,
    mayImport: ['domain', 'limits'],
    instead: 'a port knows no implementation',
  },
  {
    name: 'pubsub',
    files: /^src\/pubsub\/(pubsub|topics)\.ts$/,
    mayImport: ['domain', 'limits'],
    instead: 'a port knows no implementation',
  },
  {
    name: 'presence',
    files: /^src\/presence\/presence\.ts$/,
    mayImport: ['domain', 'limits'],
    instead: 'a port knows no implementation',
  },
  {
    name: 'discovery',
    files: /^src\/discovery\/discovery\.ts$/,
    mayImport: ['domain', 'limits'],
    instead: 'a port knows no implementation',
  },
  ...PORTS.map((port) => ({
    name: `an implementation of ${port}`,
    files: new RegExp(`^src/${port}/`),
    mayImport: [port, 'domain', 'limits', ...(SHARED_VENDORS[port] ?? [])],
    instead: 'app.ts passes in what an implementation needs from another port',
  })),
  {
    name: 'sqlite',
    files: /^src\/sqlite\//,
    mayImport: ['domain', 'limits'],
    instead: 'the log and the storage know the database, not it them',
  },
  {
    name: 'redis',
    files: /^src\/redis\//,
    mayImport: ['domain', 'limits'],
    instead: 'pub/sub and presence know the server, not it them',
  },
  {
    name: 'sequencer',
    files: /^src\/sequencer\//,
    mayImport: [...PORTS, 'domain', 'limits', 'telemetry'],
    instead: 'use a port',
  },
  {
    name: 'stream',
    files: /^src\/stream\//,
    mayImport: [...PORTS, 'domain', 'limits', 'telemetry'],
    instead: 'use a port',
  },
  {
    name: 'services',
    files: /^src\/services\//,
    mayImport: ['stream', 'sequencer', ...PORTS, 'domain', 'limits', 'telemetry'],
    instead: 'use a port',
  },
  {
    name: 'graphql',
    files: /^src\/graphql\//,
    mayImport: ['services', 'domain', 'limits', 'telemetry'],
    instead: 'call a service and shape its answer',
  },
  {
    name: 'gateway',
    files: /^src\/gateway\//,
    mayImport: ['graphql', 'services', 'stream', 'discovery', 'domain', 'limits', 'config', 'telemetry'],
    instead: 'call a service',
  },
  {
    name: 'client',
    files: /^src\/client\//,
    mayImport: ['generated'],
    instead: 'the SDK knows the schema, not the server',
  },
  { name: 'generated', files: /^schema\/generated\//, mayImport: [], instead: '' },
];

/** Packages that more than one folder of src may import, with the reason. Any other belongs to one folder. */
const SHARED_PACKAGES: Readonly<Record<string, string>> = {
  graphql: 'the gateway frames what the engine returns',
  'lru-cache': 'a bounded map, in any layer that keeps one',
  zod: 'checks what comes from outside: configuration, and what other nodes wrote into ZooKeeper',
};

const SQLITE_FOLDER = 'src/sqlite/';

export function brokenImports(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => {
    const part = partOf(source.path);
    if (part === undefined) return [`${source.path} is in no part: add its folder to test/architecture/imports.ts`];
    return importsOf(source).flatMap(({ line, target, own }) => {
      if (!own) {
        return target === 'node:sqlite' && !source.path.startsWith(SQLITE_FOLDER)
          ? [`${source.path}:${line} imports node:sqlite: only ${SQLITE_FOLDER} does`]
          : [];
      }
      const other = partOf(target)?.name ?? 'no part';
      if (other === part.name || part.mayImport.includes('*') || part.mayImport.includes(other)) return [];
      return [`${source.path}:${line} imports ${target}: ${part.name} may not import ${other}; ${part.instead}`];
    });
  });
}

/** Vendor packages that are imported in more folders than one. */
export function spreadPackages(sources: readonly Source[]): readonly string[] {
  const folders = new Map<string, Set<string>>();
  for (const source of sources) {
    for (const { target, own } of importsOf(source)) {
      if (own || target.startsWith('node:') || target in SHARED_PACKAGES || /^src\/[^/]+$/.test(source.path)) continue;
      const folder = source.path.split('/').slice(0, 2).join('/');
      folders.set(target, (folders.get(target) ?? new Set()).add(folder));
    }
  }
  return [...folders].flatMap(([name, found]) =>
    found.size === 1 ? [] : [`${name} is imported in ${[...found].join(' and ')}: wrap it in one of them`],
  );
}

function partOf(path: string): Part | undefined {
  return PARTS.find(({ files }) => files.test(path));
}
