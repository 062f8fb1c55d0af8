import type { User } from 'parley/client';
import { useChannels, useClient, useConnection } from 'parley/client/react';
import { type ReactElement, useEffect, useState } from 'react';
import { ChannelList } from './channel-list.tsx';
import { ChannelView } from './channel-view.tsx';
import { NewChat } from './new-chat.tsx';
import { NewGroup } from './new-group.tsx';
import { useChannelId } from './route.ts';
import { momentOf } from './time.ts';

type Dialog = 'new chat' | 'new group' | null;

export function Chat({ viewer }: { readonly viewer: User }): ReactElement {
  const client = useClient();
  const channelId = useChannelId();
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = (): void => setDialog(null);
  useUnreadTitle();
  return (
    <div className={channelId === null ? 'chat' : 'chat has-channel'}>
      <header className="top">
        <h1>Parley</h1>
        <Connection />
        <span className="viewer" title={`@${viewer.handle}`}>
          {viewer.name}
        </span>
        <button type="button" className="quiet" onClick={() => void client.logOut()}>
          Log out
        </button>
      </header>
      <nav className="side" aria-label="Chats">
        <div className="side-actions">
          <button type="button" onClick={() => setDialog('new chat')}>
            New chat
          </button>
          <button type="button" className="plain" onClick={() => setDialog('new group')}>
            New group
          </button>
        </div>
        <ChannelList current={channelId} />
      </nav>
      {channelId === null ? (
        <main className="nothing">
          <p>Choose a chat, or begin one.</p>
        </main>
      ) : (
        <ChannelView key={channelId} channelId={channelId} viewer={viewer} />
      )}
      {dialog === 'new chat' && <NewChat close={close} />}
      {dialog === 'new group' && <NewGroup close={close} />}
    </div>
  );
}

/** Says how current the page is, to everybody. */
function Connection(): ReactElement {
  const connection = useConnection();
  const { status } = connection;
  return (
    <p role="status" aria-label="Connection" className={`connection ${status.replace(' ', '-')}`}>
      {status === 'live' && 'Live'}
      {status === 'catching up' && 'Catching up…'}
      {status === 'offline' && `Offline since ${momentOf(connection.since)}`}
    </p>
  );
}

/** What is unread shows in the browser's tab. */
function useUnreadTitle(): void {
  const unread = useChannels().reduce((sum, channel) => sum + channel.unread, 0);
  useEffect(() => {
    document.title = unread === 0 ? 'Parley' : `(${unread}) Parley`;
  }, [unread]);
}
