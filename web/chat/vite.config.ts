import { defineConfig } from 'vite';

const SDK = new URL('../../src/client/', import.meta.url).pathname;

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  // Dependencies that carry "use client" make a warning each; what fails the build is still said.
  logLevel: 'error',
  resolve: {
    alias: [
      { find: /^parley\/client$/, replacement: `${SDK}index.ts` },
      { find: /^parley\/client\/(\w+)$/, replacement: `${SDK}$1.ts` },
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
