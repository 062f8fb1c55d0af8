import { openNode } from '../support/place.ts';
import { newChannelScenario } from './new-channel.ts';

newChannelScenario('on one node', () => openNode());
