import { type FormEvent, type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface DialogProps {
  readonly title: string;
  /** What its button says. */
  readonly action: string;
  /** Closes the dialog where it resolves, and shows what it rejects with. */
  readonly submit: (fields: FormData) => Promise<void>;
  readonly close: () => void;
  readonly children: ReactNode;
}

/** A form above the page. The browser keeps the focus in it, and gives it back where it came from. */
export function Dialog({ title, action, submit, close, children }: DialogProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const run = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setProblem(null);
    setBusy(true);
    submit(new FormData(event.currentTarget)).then(close, (error: Error) => {
      setProblem(error.message);
      setBusy(false);
    });
  };

  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={close}>
      <form onSubmit={run}>
        <h2 id={titleId}>{title}</h2>
        {children}
        <p className="problem" role="alert">
          {problem}
        </p>
        <div className="dialog-actions">
          <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" disabled={isBusy}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
