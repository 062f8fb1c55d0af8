import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // The gateway serves the page at /graphql and everything else below /graphql/assets/.
  base: '/graphql/',
  // Dependencies that carry "use client" make a warning each; what fails the build is still said.
  logLevel: 'error',
  build: {
    outDir: '../../dist/graphiql',
    emptyOutDir: true,
    assetsDir: 'assets',
    // An inlined image or worker would need data: and blob: in the page's content security policy.
    assetsInlineLimit: 0,
    // The editor is one large part by nature; it is served to developers and cached for good.
    chunkSizeWarningLimit: 8_000,
    target: 'es2022',
  },
  worker: { format: 'es' },
});
