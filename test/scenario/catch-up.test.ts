import { IMPORT_TOKEN } from '../support/import.ts';
import { INSPECTED } from '../support/inspector.ts';
import { openNode } from '../support/place.ts';
import { catchUpScenario } from './catch-up.ts';

const size = { lines: 100_000, behind: 20_000, textCharacters: 200 };
catchUpScenario('on one node', () => openNode({ IMPORT_TOKEN, ...INSPECTED }), size);
