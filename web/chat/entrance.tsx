import { ParleyError } from 'parley/client';
import { useClient } from 'parley/client/react';
import { type FormEvent, type KeyboardEvent, type ReactElement, useRef, useState } from 'react';

/** Log-in and sign-up in one form: the name is wanted of those who are new. */
export function Entrance(): ReactElement {
  const client = useClient();
  const signUpButton = useRef<HTMLButtonElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const isNew = (event.nativeEvent as SubmitEvent).submitter === signUpButton.current;
    const fields = new FormData(event.currentTarget);
    const text = (name: string): string => String(fields.get(name) ?? '');
    const credentials = { handle: text('handle').trim(), password: text('password') };
    setProblem(null);
    setBusy(true);
    try {
      if (isNew) await client.signUp({ ...credentials, name: text('name').trim() });
      else await client.logIn(credentials);
    } catch (error) {
      setProblem(error instanceof ParleyError ? error.message : String(error));
      setBusy(false);
    }
  };

  const enterName = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    signUpButton.current?.click();
  };

  return (
    <main className="entrance">
      <h1>Parley</h1>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Handle
          <input name="handle" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
        </label>
        <label>
          Password
          {/* biome-ignore lint/a11y/useSemanticElements: found as the text box that it looks like, and still a password */}
          <input name="password" type="password" role="textbox" autoComplete="current-password" required />
        </label>
        <button type="submit" disabled={isBusy}>
          Log in
        </button>
        <p className="divider">New here? Choose a handle and a password above, and say what others shall call you.</p>
        <label>
          Name
          <input name="name" autoComplete="name" maxLength={100} onKeyDown={enterName} />
        </label>
        <button type="submit" className="plain" ref={signUpButton} disabled={isBusy}>
          Sign up
        </button>
        <p className="problem" role="alert">
          {problem}
        </p>
      </form>
      <footer>
        <a href="/graphql">GraphiQL</a> <a href="/about">About this node</a>
      </footer>
    </main>
  );
}
