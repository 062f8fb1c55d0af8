import { openNode } from '../support/place.ts';
import { stalledReaderScenario } from './stalled-reader.ts';

stalledReaderScenario('on one node', () => openNode(), { warmUp: 10_000, messages: 20_000, textCharacters: 1_000 });
