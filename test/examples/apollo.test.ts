import { openChat } from '../../examples/apollo/chat.ts';
import { describeChat } from './chat-suite.ts';

describeChat('Apollo Client', openChat);
