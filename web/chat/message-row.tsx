import type { ShownMessage } from 'parley/client';
import { memo, type ReactElement } from 'react';
import { LinkedText } from './linked-text.tsx';
import { timeOf } from './time.ts';

export interface MessageActions {
  readonly reply: (message: ShownMessage) => void;
  readonly edit: (message: ShownMessage) => void;
  readonly remove: (message: ShownMessage) => void;
  readonly retry: (message: ShownMessage) => void;
  readonly discard: (message: ShownMessage) => void;
}

export interface MessageRowProps {
  readonly message: ShownMessage;
  readonly continues: boolean;
  readonly isOwn: boolean;
  /** Its buttons can be reached by the keyboard. */
  readonly isActive: boolean;
  readonly actions: MessageActions;
}

export const MessageRow = memo(({ message, continues, isOwn, isActive, actions }: MessageRowProps): ReactElement => {
  const { status, sender, createdAt, editedAt, deletedAt, replyTo, text } = message;
  const classes = ['message', status, isOwn && 'own', continues && 'continues', isActive && 'active'].filter(Boolean);
  const time = timeOf(createdAt);
  return (
    <article className={classes.join(' ')} aria-label={`${sender.name}, ${time}`} tabIndex={-1} data-key={message.key}>
      {!continues && (
        <header>
          <strong>{sender.name}</strong> <time dateTime={createdAt}>{time}</time>
        </header>
      )}
      {replyTo !== null && deletedAt === null && (
        <blockquote>
          <strong>{replyTo.sender.name}</strong> {replyTo.deletedAt === null ? replyTo.text : 'deleted'}
        </blockquote>
      )}
      {deletedAt === null ? (
        <p className="text">
          <LinkedText text={text} />
          {editedAt !== null && <small> (edited)</small>}
        </p>
      ) : (
        <p className="text deleted">This message was deleted.</p>
      )}
      {status === 'pending' && <p className="state">Sending…</p>}
      {status === 'failed' && <Failure message={message} actions={actions} />}
      {status === 'sent' && deletedAt === null && (
        <Buttons message={message} isOwn={isOwn} isActive={isActive} actions={actions} />
      )}
    </article>
  );
});

function Failure({ message, actions }: Pick<MessageRowProps, 'message' | 'actions'>): ReactElement {
  return (
    <p className="state">
      <span>Not sent: {message.failure?.message}</span>
      <button type="button" onClick={() => actions.retry(message)}>
        Retry
      </button>
      <button type="button" className="quiet" onClick={() => actions.discard(message)}>
        Discard
      </button>
    </p>
  );
}

function Buttons({ message, isOwn, isActive, actions }: Omit<MessageRowProps, 'continues'>): ReactElement {
  const tabIndex = isActive ? 0 : -1;
  return (
    <div className="message-actions">
      <button type="button" className="quiet" tabIndex={tabIndex} onClick={() => actions.reply(message)}>
        Reply
      </button>
      {isOwn && (
        <>
          <button type="button" className="quiet" tabIndex={tabIndex} onClick={() => actions.edit(message)}>
            Edit
          </button>
          <button type="button" className="quiet danger" tabIndex={tabIndex} onClick={() => actions.remove(message)}>
            Delete
          </button>
        </>
      )}
    </div>
  );
}
