import './change-members.ts';
import './change-message.ts';
import './channel.ts';
import './create-channel.ts';
import './endpoint.ts';
import './error-code.ts';
import './event.ts';
import './import.ts';
import './membership.ts';
import './message.ts';
import './node.ts';
import './presence.ts';
import './session.ts';
import './timeline.ts';
import './typing.ts';
import './updates.ts';
import './user.ts';
import { builder } from './builder.ts';

/** The whole of the API. Holds no service: resolvers find them in their context. */
export const schema = builder.toSchema({ sortSchema: false });
