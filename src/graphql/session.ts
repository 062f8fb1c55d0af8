import type { SessionGrant } from '../services/accounts.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { Endpoint } from './endpoint.ts';
import { User } from './refs.ts';
import { DateTime } from './scalars.ts';
import { actor } from './viewer.ts';

interface SessionFacts {
  readonly grant: SessionGrant;
  readonly region: string | null;
}

const Session = builder.objectRef<SessionFacts>('Session').implement({
  description: 'What a client needs to speak for its user: one log-in on one device.',
  fields: (t) => ({
    accessToken: t.string({
      description:
        'To send as `Authorization: Bearer …`, and in `connection_init` and `ping` of a socket. Valid for 15 minutes.',
      resolve: ({ grant }) => grant.accessToken,
    }),
    accessTokenExpiresAt: t.field({
      type: DateTime,
      description: 'When the access token runs out: get a new one with refreshSession before.',
      resolve: ({ grant }) => grant.accessTokenExpiresAt,
    }),
    refreshToken: t.string({
      description: 'For refreshSession, once, within 30 days. Keep it secret.',
      resolve: ({ grant }) => grant.refreshToken,
    }),
    viewer: t.field({
      type: User,
      description: 'Whose session it is. What lies below is read as that user.',
      resolve: ({ grant }) => grant.user,
    }),
    endpoint: t.field({
      type: Endpoint,
      description: 'The gateway that service discovery picks for this client now.',
      resolve: ({ region }, _, { services, connection: { baseUrl } }) => services.endpoints.pick({ region, baseUrl }),
    }),
  }),
});

/** Whoever has just proved who they are reads the rest of the answer as themselves, token or not. */
async function begin(
  context: Context,
  region: string | null,
  granting: () => Promise<SessionGrant>,
): Promise<SessionFacts> {
  context.services.endpoints.requireRegion(region);
  const grant = await granting();
  context.loaders.restart(grant.viewer);
  return { grant, region };
}

const region = "Where the client would rather be, at most 64 characters: for the session's `endpoint`.";

const SignUpInput = builder.inputType('SignUpInput', {
  description: 'A new account.',
  fields: (t) => ({
    handle: t.string({ description: "3 to 32 of a-z, 0-9, '_' and '-', in any case. One that is taken is CONFLICT." }),
    name: t.string({
      description:
        'How the user is shown to others, 1 to 100 characters, not blank, none that turns the direction of writing.',
    }),
    password: t.string({ description: '8 to 256 characters.' }),
    region: t.string({ required: false, description: region }),
  }),
});

builder.mutationField('signUp', (t) =>
  t.field({
    type: Session,
    nullable: true,
    description: 'Makes an account and begins its first session. Needs no access token.',
    args: { input: t.arg({ type: SignUpInput, description: 'The account to make.' }) },
    resolve: (_, { input: { handle, name, password, region } }, context) => {
      const { services, connection } = context;
      const { clientAddress } = connection;
      return begin(context, region ?? null, () => services.accounts.signUp({ handle, name, password, clientAddress }));
    },
  }),
);

const LogInInput = builder.inputType('LogInInput', {
  description: 'Who wants in.',
  fields: (t) => ({
    handle: t.string({ description: 'In any case.' }),
    password: t.string({ description: 'As given at the sign-up.' }),
    region: t.string({ required: false, description: region }),
  }),
});

builder.mutationField('logIn', (t) =>
  t.field({
    type: Session,
    nullable: true,
    description:
      'Begins a session on this device. Needs no access token. The same UNAUTHENTICATED for a handle that is unknown and a password that is wrong.',
    args: { input: t.arg({ type: LogInInput, description: 'Handle and password.' }) },
    resolve: (_, { input: { handle, password, region } }, context) => {
      const { services, connection } = context;
      const { clientAddress } = connection;
      return begin(context, region ?? null, () => services.accounts.logIn({ handle, password, clientAddress }));
    },
  }),
);

builder.mutationField('refreshSession', (t) =>
  t.field({
    type: Session,
    nullable: true,
    description:
      'A new access token for a refresh token that is still valid. Each works once: within 10 seconds it gives the same successor again (a lost answer) unless that was used already, later it ends the session. Needs no access token, and no Authorization header that has run out.',
    args: { refreshToken: t.arg.string({ description: "The session's newest." }) },
    resolve: (_, { refreshToken }, context) => {
      const { services, connection } = context;
      return begin(context, null, () => services.accounts.refresh(refreshToken, connection.clientAddress));
    },
  }),
);

builder.mutationField('logOut', (t) =>
  t.boolean({
    nullable: true,
    description: 'Ends the session that the access token belongs to, and closes its sockets. True once it has ended.',
    resolve: async (_, __, context) => {
      await context.services.accounts.logOut(actor(context));
      return true;
    },
  }),
);
