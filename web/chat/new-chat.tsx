import { useClient } from 'parley/client/react';
import type { ReactElement } from 'react';
import { Dialog } from './dialog.tsx';
import { handlesIn } from './handles.ts';
import { goTo } from './route.ts';

export function NewChat({ close }: { readonly close: () => void }): ReactElement {
  const client = useClient();
  const start = async (fields: FormData): Promise<void> => {
    const [handle = ''] = handlesIn(fields.get('person'));
    goTo((await client.openDirectChannel(handle)).id);
  };
  return (
    <Dialog title="Write to somebody" action="Start" submit={start} close={close}>
      <label>
        Person
        <input name="person" placeholder="their handle" autoCapitalize="none" spellCheck={false} required />
      </label>
    </Dialog>
  );
}
