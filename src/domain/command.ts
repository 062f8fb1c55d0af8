import type { ChannelKind, Delivery } from './channel.ts';
import type { ChannelId, CommandId, MessageId, UserId } from './identifier.ts';

interface CommandBase {
  readonly id: CommandId;
  readonly channelId: ChannelId;
  readonly actorId: UserId;
  /** Fixed before the append: nothing after it reads a clock. */
  readonly at: number;
  /** The node that waits for the answer. */
  readonly origin: string;
  /** Where its trace stands, if it is followed from node to node. Decides nothing. */
  readonly trace?: string;
}

export interface CreateChannel extends CommandBase {
  readonly kind: 'CreateChannel';
  readonly channelKind: ChannelKind;
  readonly name: string | null;
  readonly delivery: Delivery;
  /** The first members, at most MEMBERS_MAX, each once, the creator first; the owner of a group. */
  readonly memberIds: readonly UserId[];
}
export interface SendMessage extends CommandBase {
  readonly kind: 'SendMessage';
  readonly messageId: MessageId;
  readonly text: string;
  readonly replyTo: MessageId | null;
  readonly digest: string;
}
export interface EditMessage extends CommandBase {
  readonly kind: 'EditMessage';
  readonly messageId: MessageId;
  readonly text: string;
}
export interface DeleteMessage extends CommandBase {
  readonly kind: 'DeleteMessage';
  readonly messageId: MessageId;
}
/** All or none: one event a member, or a refusal. Those who are members already are passed over. */
export interface AddMembers extends CommandBase {
  readonly kind: 'AddMembers';
  readonly userIds: readonly UserId[];
}
export interface RemoveMember extends CommandBase {
  readonly kind: 'RemoveMember';
  readonly userId: UserId;
}
export interface LeaveChannel extends CommandBase {
  readonly kind: 'LeaveChannel';
}

export type Command =
  | CreateChannel
  | SendMessage
  | EditMessage
  | DeleteMessage
  | AddMembers
  | RemoveMember
  | LeaveChannel;

/** The messages that a decision has to know of, so that a batch looks them all up at once. */
export function messagesNamedBy(command: Command): readonly MessageId[] {
  switch (command.kind) {
    case 'SendMessage':
      return command.replyTo === null ? [command.messageId] : [command.messageId, command.replyTo];
    case 'EditMessage':
    case 'DeleteMessage':
      return [command.messageId];
    default:
      return [];
  }
}
