import { IMPORT_TOKEN } from '../support/import.ts';
import { openNode } from '../support/place.ts';
import { importScenario } from './import.ts';

importScenario('on one node', () => openNode({ IMPORT_TOKEN }));
