import './page.css';
import { createClient } from 'parley/client';
import { ClientProvider } from 'parley/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './page.tsx';

const client = createClient({
  worker: () => new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'parley' }),
});

const container = document.getElementById('page');
if (container === null) throw new Error('The page has no element with the id "page"');
createRoot(container).render(
  <StrictMode>
    <ClientProvider value={client}>
      <Page />
    </ClientProvider>
  </StrictMode>,
);
