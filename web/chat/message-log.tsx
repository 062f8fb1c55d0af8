import type { Channel, MessageList, User } from 'parley/client';
import { useClient } from 'parley/client/react';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { Writing } from './channel-view.tsx';
import { type MessageActions, MessageRow } from './message-row.tsx';
import { type Row, rowsOf } from './rows.ts';
import { useFocusSoon } from './use-focus-soon.ts';
import { useScroll } from './use-scroll.ts';
import { useUnreadMark } from './use-unread-mark.ts';

export interface MessageLogProps {
  readonly info: Channel;
  readonly list: MessageList;
  readonly viewer: User;
  readonly write: (writing: Writing) => void;
}

export function MessageLog({ info, list, viewer, write }: MessageLogProps): ReactElement {
  const channel = useClient().channel(info.id);
  const log = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  // Null until it is known: only whoever sees the end has read it.
  const [atEnd, setAtEnd] = useState<boolean | null>(null);
  const isAtEnd = atEnd ?? true;
  const readUpTo = useUnreadMark(info, isAtEnd);
  const rows = useMemo(
    () => rowsOf(list.items, { hasOlder: list.hasOlder || !list.isLoaded, readUpTo, viewerId: viewer.id }),
    [list, readUpTo, viewer.id],
  );
  const scroll = useScroll({
    rows,
    list,
    virtualizer,
    setAtEnd,
    loadOlder: () => channel.loadOlder(),
    viewer,
  });
  useMarkRead(info, atEnd === true, () => channel.markRead());

  const actions = useMemo<MessageActions>(
    () => ({
      reply: (message) => write({ kind: 'reply', message }),
      edit: (message) => write({ kind: 'edit', message }),
      remove: ({ id }) => void channel.delete(id ?? '').catch(() => {}),
      retry: ({ nonce }) => void channel.retry(nonce ?? ''),
      discard: ({ nonce }) => void channel.discard(nonce ?? ''),
    }),
    [channel, write],
  );

  const focusSoon = useFocusSoon();
  const activate = (key: string | null): void => {
    setActiveKey(key);
    const index = rows.findIndex((row) => row.key === key);
    if (index === -1) return;
    virtualizer.current?.scrollToIndex(index, { align: 'nearest' });
    focusSoon(() => log.current?.querySelector<HTMLElement>(`[data-key="${key}"]`) ?? null);
  };

  const press = (event: KeyboardEvent): void => {
    const next = keyAfter(event.key, rows, activeKey);
    if (next === null || !(event.target as HTMLElement).matches('[role="log"], article')) return;
    event.preventDefault();
    activate(next);
  };

  return (
    <div className="log-frame">
      <div
        ref={log}
        className="log"
        role="log"
        aria-label="Messages"
        // Old messages that come into view are no news.
        aria-live={isAtEnd ? 'polite' : 'off'}
        aria-busy={list.isLoading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it, and goes from message to message
        tabIndex={0}
        onKeyDown={press}
      >
        <div className="log-space" />
        <Virtualizer
          ref={virtualizer}
          scrollRef={log}
          data={rows}
          shift={scroll.isPrepending}
          keepMounted={scroll.indexOf(activeKey)}
          onScroll={scroll.moved}
        >
          {(row) => (
            <div key={row.key} className="row">
              <RowView row={row} viewer={viewer} activeKey={activeKey} activate={setActiveKey} actions={actions} />
            </div>
          )}
        </Virtualizer>
      </div>
      {list.isLoading && list.isLoaded && <p className="loading">Loading older messages…</p>}
      {list.error !== null && !list.isLoading && <p className="loading">{list.error.message}</p>}
      {!isAtEnd && (
        <button type="button" className="to-end" onClick={scroll.toEnd}>
          {info.unread > 0 ? `${info.unread} new` : 'Newest'} ↓
        </button>
      )}
    </div>
  );
}

interface RowViewProps {
  readonly row: Row;
  readonly viewer: User;
  readonly activeKey: string | null;
  readonly activate: (key: string) => void;
  readonly actions: MessageActions;
}

function RowView({ row, viewer, activeKey, activate, actions }: RowViewProps): ReactElement {
  switch (row.kind) {
    case 'start':
      return <p className="hint">This is where it begins.</p>;
    case 'day':
      return (
        <h3 className="day">
          <span>{row.name}</span>
        </h3>
      );
    case 'unread':
      return (
        <p className="unread-line">
          <span>New messages</span>
        </p>
      );
    case 'message':
      return (
        // biome-ignore lint/a11y/noStaticElementInteractions: what a tap shows, the focus shows too
        <div onPointerDown={() => activate(row.key)} onFocus={() => activate(row.key)}>
          <MessageRow
            message={row.message}
            continues={row.continues}
            isOwn={row.message.sender.id === viewer.id}
            isActive={row.key === activeKey}
            actions={actions}
          />
        </div>
      );
  }
}

/** The message to go to with a key; null where the key means something else. */
function keyAfter(key: string, rows: readonly Row[], activeKey: string | null): string | null {
  const messages = rows.filter((row) => row.kind === 'message');
  const index = messages.findIndex((row) => row.key === activeKey);
  const last = messages.length - 1;
  const next = {
    ArrowUp: index === -1 ? last : index - 1,
    ArrowDown: index === -1 ? last : index + 1,
    Home: 0,
    End: last,
  }[key];
  return next === undefined ? null : (messages[Math.max(0, Math.min(last, next))]?.key ?? null);
}

/** Whoever sees the end of the list has read it. */
function useMarkRead({ unread, head }: Channel, isSeen: boolean, markRead: () => void): void {
  const mark = useRef(markRead);
  mark.current = markRead;
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again whenever something has come
  useEffect(() => {
    const look = (): void => {
      if (isSeen && document.visibilityState === 'visible') mark.current();
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [isSeen, unread, head]);
}
