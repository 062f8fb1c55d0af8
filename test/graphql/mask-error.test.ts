import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { badInput, ParleyError, unavailable } from '../../src/domain/error.ts';
import { ErrorMask } from '../../src/graphql/mask-error.ts';

function masking() {
  const logged: unknown[] = [];
  const mask = new ErrorMask({ error: ({ err }) => logged.push(err) });
  return { mask: (error: unknown) => mask.mask(error, 'request-1'), logged };
}

describe('an error that clients see', () => {
  it('has the words, the code and the detail of one that is meant for them', () => {
    const { mask, logged } = masking();
    expect(mask(badInput('text', 'The text is blank.')).toJSON()).toEqual({
      message: 'The text is blank.',
      extensions: { code: 'BAD_USER_INPUT', field: 'text' },
    });
    const limited = new ParleyError('RATE_LIMITED', 'Slow down.', { retryAfterMs: 40 });
    expect(mask(limited).extensions).toEqual({ code: 'RATE_LIMITED', retryAfterMs: 40 });
    expect(logged).toEqual([]);
  });

  it('keeps where it happened', () => {
    const { mask } = masking();
    const error = new GraphQLError('x', { path: ['viewer'], originalError: badInput('after', 'Not a cursor.') });
    expect(mask(error).toJSON()).toMatchObject({ message: 'Not a cursor.', path: ['viewer'] });
  });

  it('says nothing of a fault but the request, by which the log has the rest', () => {
    const { mask, logged } = masking();
    const fault = new Error('SELECT * FROM secrets failed');
    for (const error of [fault, new GraphQLError('x', { path: ['viewer'], originalError: fault })]) {
      const masked = mask(error);
      expect(masked.message).toBe('Something went wrong.');
      expect(masked.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' });
      expect(JSON.stringify(masked)).not.toContain('secrets');
      expect(masked.cause).toBeUndefined();
    }
    expect(logged).toEqual([fault, fault]);
    expect(mask('a string that was thrown').extensions['code']).toBe('INTERNAL_SERVER_ERROR');
  });

  it('logs the cause of what is unavailable, and does not send it', () => {
    const { mask, logged } = masking();
    const cause = new Error('connect ECONNREFUSED 10.0.0.7:9042');
    const masked = mask(unavailable('Try again.', cause));
    expect(JSON.stringify(masked)).not.toContain('10.0.0.7');
    expect(logged).toEqual([cause]);
  });

  it('is masked once', () => {
    const { mask, logged } = masking();
    const masked = mask(new Error('x'));
    expect(mask(masked)).toBe(masked);
    expect(logged).toHaveLength(1);
  });

  // What graphql-js can't serialise of a resolver's answer is a GraphQLError too, but not the client's fault.
  it('is a fault where a type can not show what a resolver gave', () => {
    const { mask } = masking();
    const cause = new GraphQLError('Int cannot represent non-integer value: "secret"');
    const masked = mask(new GraphQLError(cause.message, { path: ['viewer'], originalError: cause }));
    expect(masked.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
    expect(masked.message).not.toContain('secret');
  });
});
