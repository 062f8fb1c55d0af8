import { openChat } from '../../examples/urql/chat.ts';
import { describeChat } from './chat-suite.ts';

describeChat('urql', openChat);
