import type { Channel, Member, User } from 'parley/client';
import { useClient } from 'parley/client/react';
import { type ReactElement, useEffect, useState } from 'react';
import { Dialog } from './dialog.tsx';
import { handlesIn } from './handles.ts';

export interface MembersDialogProps {
  readonly info: Channel;
  readonly viewer: User;
  readonly close: () => void;
}

export function MembersDialog({ info, viewer, close }: MembersDialogProps): ReactElement {
  const client = useClient();
  const channel = client.channel(info.id);
  const [members, setMembers] = useState<readonly Member[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = (work: Promise<void>): void => {
    work.catch((error: Error) => setProblem(error.message));
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: read again whenever somebody comes or goes
  useEffect(() => {
    channel.members().then(setMembers, (error: Error) => setProblem(error.message));
  }, [channel, info.memberCount]);

  const add = async (fields: FormData): Promise<void> => {
    const users = await Promise.all(handlesIn(fields.get('people')).map((handle) => client.findUser(handle)));
    await channel.addMembers(users.map(({ id }) => id));
  };

  return (
    <Dialog title={info.title} action="Add" submit={add} close={close}>
      <ul className="members" aria-label="Members">
        {members.map(({ user, role }) => (
          <li key={user.id}>
            <span>
              {user.name} <small>@{user.handle}</small>
            </span>
            {role === 'OWNER' && <small>owner</small>}
            {info.role === 'OWNER' && user.id !== viewer.id && (
              <button
                type="button"
                className="quiet"
                aria-label={`Remove ${user.name} (@${user.handle})`}
                onClick={() => attempt(channel.removeMember(user.id))}
              >
                Remove
              </button>
            )}
          </li>
        ))}
      </ul>
      <p className="problem">{problem}</p>
      <button type="button" className="quiet danger" onClick={() => attempt(channel.leave().then(close))}>
        Leave group
      </button>
      <label>
        Add people
        <input name="people" placeholder="handles, commas between" autoCapitalize="none" spellCheck={false} required />
      </label>
    </Dialog>
  );
}
