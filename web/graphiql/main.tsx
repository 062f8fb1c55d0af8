import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './page.tsx';

const container = document.getElementById('page');
if (container === null) throw new Error('The page has no element with the id "page"');
createRoot(container).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
