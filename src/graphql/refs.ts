import type { Channel as ChannelFacts } from '../domain/channel.ts';
import type {
  ChannelCreated as ChannelCreatedFacts,
  CheckpointMoved as CheckpointMovedFacts,
  EphemeralSent,
  ChannelEvent as EventFacts,
  MemberJoined as MemberJoinedFacts,
  MemberLeft as MemberLeftFacts,
  MessageDeleted as MessageDeletedFacts,
  MessageEdited as MessageEditedFacts,
  MessageSent as MessageSentFacts,
  TypingChanged as TypingChangedFacts,
} from '../domain/event.ts';
import type { Membership as MembershipFacts } from '../domain/membership.ts';
import type { Message as MessageFacts } from '../domain/message.ts';
import type { User as UserFacts } from '../domain/user.ts';
import type { PresenceState } from '../services/presence.ts';
import { builder } from './builder.ts';

/** With `readUpTo` where whoever made it knows it; else it is looked up. */
export type ShownMembership = MembershipFacts & { readonly readUpTo?: number };

/** The types that refer to one another, by name, so that the files which say what they hold need not. */
export const Node = builder.interfaceRef<UserFacts | ChannelFacts | MessageFacts>('Node');
export const User = builder.objectRef<UserFacts>('User');
export const Presence = builder.objectRef<PresenceState>('Presence');
export const Channel = builder.objectRef<ChannelFacts>('Channel');
export const Membership = builder.objectRef<ShownMembership>('Membership');
export const Message = builder.objectRef<MessageFacts>('Message');

export const ChannelEvent = builder.interfaceRef<EventFacts>('ChannelEvent');
export const ChannelCreated = builder.objectRef<ChannelCreatedFacts>('ChannelCreated');
export const MessageSent = builder.objectRef<MessageSentFacts | EphemeralSent>('MessageSent');
export const MessageEdited = builder.objectRef<MessageEditedFacts>('MessageEdited');
export const MessageDeleted = builder.objectRef<MessageDeletedFacts>('MessageDeleted');
export const MemberJoined = builder.objectRef<MemberJoinedFacts>('MemberJoined');
export const MemberLeft = builder.objectRef<MemberLeftFacts>('MemberLeft');
export const CheckpointMoved = builder.objectRef<CheckpointMovedFacts>('CheckpointMoved');
export const TypingChanged = builder.objectRef<TypingChangedFacts>('TypingChanged');
