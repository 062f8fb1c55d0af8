import { openNode } from '../support/place.ts';
import { liveMembershipScenario } from './live-membership.ts';

liveMembershipScenario('on one node', () => openNode());
