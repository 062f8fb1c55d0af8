import { type CommandId, isUserId, newGroupId, type UserId } from '../../src/domain/identifier.ts';

/** The nth person of the cast. */
export function person(index: number): UserId {
  const id = `usr_${String(index).padStart(22, '0')}`;
  if (!isUserId(id)) throw new Error(`${id} is no user id`);
  return id;
}

export const people = (from: number, count: number): readonly UserId[] =>
  Array.from({ length: count }, (_, index) => person(from + index));

export const commandId = (index: number): CommandId => `cmd_${index}` as CommandId;

export const GROUP = newGroupId();
