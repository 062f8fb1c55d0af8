import { GraphiQL } from 'graphiql';
import { type ReactElement, useSyncExternalStore } from 'react';
import { adopt, logIn, logOut, refresh, takeToken } from './account.ts';
import { EXAMPLES } from './examples.ts';
import { createFetcher } from './fetcher.ts';
import { initialTab } from './initial-tab.ts';
import { SessionStore } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { connect } from './transport.ts';

const store = new SessionStore(refresh);
const accessToken = (): string | null => store.current()?.accessToken ?? null;
const socket = connect(accessToken);
const fetcher = createFetcher({ accessToken, client: socket.client, answered: (data) => adopt(store, data) });

const tab = initialTab();

let holder = store.current()?.handle;
store.subscribe(() => {
  const handle = store.current()?.handle;
  // Another user's subscriptions must not go on under this one's name.
  if (handle === holder) socket.renew();
  else socket.client.terminate();
  holder = handle;
});

export function Page(): ReactElement {
  const session = useSyncExternalStore(store.subscribe, store.current);
  return (
    <>
      <SignIn
        session={session}
        logIn={(handle, password) => logIn(store, handle, password)}
        takeToken={(token) => takeToken(store, token)}
        logOut={() => logOut(store)}
      />
      {/* Tabs and their history hold passwords, so that they end with the browser tab too. */}
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={[...EXAMPLES]}
        {...tab}
        storage={sessionStorage}
        defaultEditorToolsVisibility="variables"
      />
    </>
  );
}
