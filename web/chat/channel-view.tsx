import type { Channel, ShownMessage, User } from 'parley/client';
import { useChannel, useClient, useMessages, usePresence, useSignal, useTyping } from 'parley/client/react';
import { type ReactElement, useState } from 'react';
import { Composer } from './composer.tsx';
import { MembersDialog } from './members-dialog.tsx';
import { MessageLog } from './message-log.tsx';

/** What the text box is for now. */
export type Writing = { readonly kind: 'new' } | { readonly kind: 'reply' | 'edit'; readonly message: ShownMessage };

const NEW: Writing = { kind: 'new' };

export function ChannelView({
  channelId,
  viewer,
}: {
  readonly channelId: string;
  readonly viewer: User;
}): ReactElement {
  const client = useClient();
  const info = useChannel(channelId);
  const isListed = useSignal(client.isListed);
  if (info === null) return <main className="nothing">{isListed && <p>You are not in this chat.</p>}</main>;
  return <OpenChannel info={info} viewer={viewer} />;
}

function OpenChannel({ info, viewer }: { readonly info: Channel; readonly viewer: User }): ReactElement {
  const channel = useClient().channel(info.id);
  const list = useMessages(info.id);
  const [writing, setWriting] = useState<Writing>(NEW);

  const editLast = (): void => {
    const message = list.items.findLast(
      ({ sender, status, deletedAt }) => sender.id === viewer.id && status === 'sent' && deletedAt === null,
    );
    if (message !== undefined) setWriting({ kind: 'edit', message });
  };

  return (
    <main className="open-channel">
      <ChannelHeader info={info} viewer={viewer} />
      <MessageLog info={info} list={list} viewer={viewer} write={setWriting} />
      <TypingLine channelId={info.id} />
      <Composer
        key={writing.kind === 'new' ? 'new' : `${writing.kind} ${writing.message.key}`}
        channel={channel}
        writing={writing}
        done={() => setWriting(NEW)}
        editLast={editLast}
      />
    </main>
  );
}

function ChannelHeader({ info, viewer }: { readonly info: Channel; readonly viewer: User }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <header className="channel-header">
      <a href="#/" className="back" aria-label="Back to chats">
        ‹
      </a>
      <h2>{info.title}</h2>
      {info.peer === null ? (
        <button type="button" className="quiet" onClick={() => setOpen(true)}>
          {info.memberCount === 1 ? '1 member' : `${info.memberCount} members`}
        </button>
      ) : (
        <PresenceText userId={info.peer.id} />
      )}
      {isOpen && <MembersDialog info={info} viewer={viewer} close={() => setOpen(false)} />}
    </header>
  );
}

function PresenceText({ userId }: { readonly userId: string }): ReactElement {
  const { status } = usePresence(userId);
  return <span className="presence">{status === 'ONLINE' ? 'online' : 'offline'}</span>;
}

function TypingLine({ channelId }: { readonly channelId: string }): ReactElement {
  const names = useTyping(channelId).map(({ name }) => name);
  return (
    <p className="typing" aria-live="polite">
      {names.length === 1 && `${names[0]} is typing…`}
      {names.length > 1 && names.length <= 3 && `${names.join(', ')} are typing…`}
      {names.length > 3 && 'Several people are typing…'}
    </p>
  );
}
