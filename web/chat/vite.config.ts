import { join } from 'node:path';
import { defineConfig } from 'vite';

const SDK = join(import.meta.dirname, '../../src/client');

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  // Dependencies that carry "use client" make a warning each; what fails the build is still said.
  logLevel: 'error',
  resolve: {
    alias: [
      { find: /^parley\/client$/, replacement: join(SDK, 'index.ts') },
      { find: /^parley\/client\/(\w+)$/, replacement: join(SDK, '$1.ts') },
    ],
  },
  build: {
    outDir: '../../dist/chat',
    emptyOutDir: true,
    assetsDir: 'assets',
    // An inlined image or worker would need data: and blob: in the page's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2024',
  },
  worker: { format: 'es' },
});
