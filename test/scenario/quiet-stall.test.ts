import { IMPORT_TOKEN } from '../support/import.ts';
import { openNode } from '../support/place.ts';
import { quietStallScenario } from './quiet-stall.ts';

quietStallScenario('on one node', () => openNode({ IMPORT_TOKEN }));
