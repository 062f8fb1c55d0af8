import { openNode } from '../support/place.ts';
import { communityScenario } from './community.ts';

communityScenario('on one node', () => openNode());
