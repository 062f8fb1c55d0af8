import type { ErrorCode } from '../domain/error.ts';
import { builder } from './builder.ts';

const CODES: Readonly<Record<ErrorCode, { readonly description: string }>> = {
  UNAUTHENTICATED: {
    description:
      'No access token, or one that is forged, expired, or of a session that has ended; or a log-in that failed.',
  },
  FORBIDDEN: { description: "Known and visible to the viewer, but not the viewer's to do." },
  NOT_FOUND: { description: 'Does not exist, or the viewer may not know that it does.' },
  BAD_USER_INPUT: {
    description: '`extensions.field` names the input; without it the document itself does not parse or validate.',
  },
  CONFLICT: {
    description: 'It contradicts what is there already: a handle that is taken, another text under a nonce.',
  },
  GROUP_FULL: { description: 'A group would have more than 100 members.' },
  RATE_LIMITED: { description: '`extensions.retryAfterMs` says when to try again.' },
  UNAVAILABLE: {
    description: 'Nothing was decided or the outcome is not known yet: send the same again, with the same nonce.',
  },
  TOO_COSTLY: { description: 'The document asks for too much at once: ask for less of it, or in smaller pages.' },
  INTERNAL_SERVER_ERROR: { description: "A fault of the server's own; `extensions.requestId` finds it in its log." },
};

builder.enumType('ErrorCode', { description: 'The closed list of `extensions.code` in errors.', values: CODES });
