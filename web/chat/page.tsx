import { useClient, useViewer } from 'parley/client/react';
import { type ReactElement, useEffect, useState } from 'react';
import { Chat } from './chat.tsx';
import { Entrance } from './entrance.tsx';

/** The chat of whoever is logged in, else the way in. */
export function Page(): ReactElement | null {
  const client = useClient();
  const viewer = useViewer();
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    client.ready().then(() => setReady(true));
  }, [client]);
  if (!isReady) return null;
  return viewer === null ? <Entrance /> : <Chat key={viewer.id} viewer={viewer} />;
}
