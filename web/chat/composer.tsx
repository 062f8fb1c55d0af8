import type { ChatChannel } from 'parley/client';
import { type FormEvent, type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { Writing } from './channel-view.tsx';
import { keepDraft, takeDraft } from './drafts.ts';

export interface ComposerProps {
  readonly channel: ChatChannel;
  readonly writing: Writing;
  /** It is written, or given up. */
  readonly done: () => void;
  readonly editLast: () => void;
}

const CHARACTERS_MAX = 8_000;

export function Composer({ channel, writing, done, editLast }: ComposerProps): ReactElement {
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => (writing.kind === 'edit' ? writing.message.text : takeDraft(channel.id)));
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    // On a phone the keyboard would cover what somebody has come to read.
    if (writing.kind !== 'new' || matchMedia('(hover: hover)').matches) box.current?.focus();
  }, [writing.kind]);

  const change = (next: string): void => {
    setText(next);
    setProblem(null);
    if (writing.kind !== 'edit') keepDraft(channel.id, next);
    channel.setTyping(next !== '');
  };

  const submit = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    const wanted = text.trim();
    if (wanted === '') return;
    if ([...wanted].length > CHARACTERS_MAX) {
      setProblem(`At most ${CHARACTERS_MAX.toLocaleString()} characters.`);
      return;
    }
    try {
      if (writing.kind === 'edit') {
        await channel.edit(writing.message.id ?? '', wanted);
      } else {
        change('');
        await channel.send(wanted, { replyTo: writing.kind === 'reply' ? writing.message.id : null });
      }
      done();
    } catch (error) {
      change(text);
      setProblem((error as Error).message);
    }
  };

  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Escape') {
      done();
    } else if (event.key === 'ArrowUp' && text === '' && writing.kind === 'new') {
      event.preventDefault();
      editLast();
    }
  };

  return (
    <form className="composer" onSubmit={(event) => void submit(event)}>
      {writing.kind !== 'new' && (
        <p className="writing">
          <span>
            {writing.kind === 'edit'
              ? 'Changing a message'
              : `Answering ${writing.message.sender.name}: ${writing.message.text}`}
          </span>
          <button type="button" className="quiet" onClick={done}>
            Cancel
          </button>
        </p>
      )}
      <p className="problem" role="alert">
        {problem}
      </p>
      <div className="composer-row">
        <textarea
          ref={box}
          aria-label="Message"
          placeholder="Write a message"
          rows={1}
          value={text}
          onChange={(event) => change(event.target.value)}
          onKeyDown={press}
          onBlur={() => channel.setTyping(false)}
        />
        <button type="submit">{writing.kind === 'edit' ? 'Save' : 'Send'}</button>
      </div>
    </form>
  );
}
