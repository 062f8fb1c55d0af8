import { createStaticDiscovery } from '../../src/discovery/static.ts';
import { discoveryConformance } from './discovery.ts';

discoveryConformance('static', async () => {
  const discovery = createStaticDiscovery();
  return { one: discovery, other: discovery, close: () => discovery.close() };
});
