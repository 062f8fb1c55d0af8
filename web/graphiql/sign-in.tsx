import { type FormEvent, type ReactElement, useState } from 'react';
import type { Session } from './session.ts';

export interface SignInProps {
  readonly session: Session | null;
  readonly logIn: (handle: string, password: string) => Promise<void>;
  readonly takeToken: (token: string) => Promise<void>;
  readonly logOut: () => Promise<void>;
}

/** The bar above GraphiQL: who is signed in, or a place for a password or a token. */
export function SignIn({ session, logIn, takeToken, logOut }: SignInProps): ReactElement {
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = (action: () => Promise<void>): void => {
    setProblem(null);
    action().catch((error: Error) => setProblem(error.message));
  };
  return (
    <header className="sign-in">
      <strong>Parley</strong>
      {session === null ? (
        <SignedOut attempt={attempt} logIn={logIn} takeToken={takeToken} />
      ) : (
        <SignedIn session={session} logOut={() => attempt(logOut)} />
      )}
      <output className="sign-in-problem">{problem}</output>
    </header>
  );
}

function SignedIn({ session, logOut }: { readonly session: Session; readonly logOut: () => void }): ReactElement {
  return (
    <>
      <span>
        Signed in as <b>{session.handle === null ? 'the owner of the token' : `@${session.handle}`}</b>
      </span>
      <button type="button" onClick={() => void navigator.clipboard.writeText(session.accessToken)}>
        Copy token
      </button>
      <button type="button" onClick={logOut}>
        Log out
      </button>
    </>
  );
}

interface SignedOutProps extends Pick<SignInProps, 'logIn' | 'takeToken'> {
  readonly attempt: (action: () => Promise<void>) => void;
}

function SignedOut({ attempt, logIn, takeToken }: SignedOutProps): ReactElement {
  const submit = (action: (fields: FormData) => Promise<void>) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    attempt(() => action(fields));
  };
  return (
    <>
      <span>Not signed in</span>
      <form onSubmit={submit((fields) => logIn(text(fields, 'handle'), text(fields, 'password')))}>
        <input name="handle" placeholder="handle" aria-label="Handle" autoComplete="username" required />
        <input
          name="password"
          type="password"
          placeholder="password"
          aria-label="Password"
          autoComplete="current-password"
          required
        />
        <button type="submit">Log in</button>
      </form>
      <form onSubmit={submit((fields) => takeToken(text(fields, 'token')))}>
        <input name="token" placeholder="or an access token" aria-label="Access token" autoComplete="off" required />
        <button type="submit">Use token</button>
      </form>
    </>
  );
}

function text(fields: FormData, name: string): string {
  return String(fields.get(name) ?? '').trim();
}
