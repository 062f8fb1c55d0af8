import { useClient } from 'parley/client/react';
import type { ReactElement } from 'react';
import { Dialog } from './dialog.tsx';
import { handlesIn } from './handles.ts';
import { goTo } from './route.ts';

export function NewGroup({ close }: { readonly close: () => void }): ReactElement {
  const client = useClient();
  const create = async (fields: FormData): Promise<void> => {
    const name = String(fields.get('name') ?? '').trim();
    goTo((await client.createGroup({ name, people: handlesIn(fields.get('people')) })).id);
  };
  return (
    <Dialog title="Make a group" action="Create" submit={create} close={close}>
      <label>
        Group name
        <input name="name" maxLength={100} required />
      </label>
      <label>
        People
        <input name="people" placeholder="handles, commas between" autoCapitalize="none" spellCheck={false} />
      </label>
    </Dialog>
  );
}
