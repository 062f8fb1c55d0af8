import type { Channel } from 'parley/client';
import { useChannels, useClient, usePresence, useSignal } from 'parley/client/react';
import type { ComponentProps, ReactElement } from 'react';
import { hrefOf } from './route.ts';

export function ChannelList({ current }: { readonly current: string | null }): ReactElement {
  const channels = useChannels();
  const isListed = useSignal(useClient().isListed);
  return (
    <>
      {isListed && channels.length === 0 && <p className="hint">No chats yet.</p>}
      <ul aria-label="Channels" className="channels">
        {channels.map((channel) => (
          <li key={channel.id}>
            <ChannelLink channel={channel} isCurrent={channel.id === current} />
          </li>
        ))}
      </ul>
    </>
  );
}

function ChannelLink({ channel, isCurrent }: { readonly channel: Channel; readonly isCurrent: boolean }): ReactElement {
  const { id, title, unread, peer } = channel;
  return (
    <a
      href={hrefOf(id)}
      className={unread > 0 ? 'channel has-unread' : 'channel'}
      aria-current={isCurrent ? 'page' : undefined}
    >
      {peer === null ? <Badge className="badge group">#</Badge> : <PresenceBadge userId={peer.id} name={title} />}
      <span className="title">{title}</span>
      {unread > 0 && (
        <>
          <span className="unseen">{unread} unread</span>
          <span className="unread" aria-hidden="true">
            {unread > 999 ? '999+' : unread}
          </span>
        </>
      )}
    </a>
  );
}

function PresenceBadge({ userId, name }: { readonly userId: string; readonly name: string }): ReactElement {
  const { status } = usePresence(userId);
  const isOnline = status === 'ONLINE';
  return (
    <Badge className={isOnline ? 'badge online' : 'badge'} title={isOnline ? 'online' : 'offline'}>
      {[...name][0]?.toUpperCase()}
    </Badge>
  );
}

/** For the eye: the link's name says whose it is. */
const Badge = (props: ComponentProps<'span'>): ReactElement => <span aria-hidden="true" {...props} />;
