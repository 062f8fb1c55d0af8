import type { ChannelId, SessionId, UserId } from '../domain/identifier.ts';
import type { StreamContext } from './context.ts';
import type { Feeds } from './feeds.ts';
import type { ReaderStream } from './reader-stream.ts';
import type { UserFeeds } from './user-feeds.ts';

/** Who reads, on which device. */
export interface StreamViewer {
  readonly userId: UserId;
  readonly sessionId: SessionId;
}

export interface ChannelRequest {
  readonly viewer: StreamViewer;
  readonly channelId: ChannelId;
  /** The newest sequence that the reader has; null for live events only. */
  readonly after: number | null;
  /** Called once if the reader is too slow; the stream has ended then, and the reader resumes with a new one. */
  readonly overflow: () => void;
}

export interface InboxRequest {
  readonly viewer: StreamViewer;
  /** Channels that start with what was missed after a sequence; the others start live. */
  readonly after: ReadonlyMap<ChannelId, number>;
  /** As {@link ChannelRequest.overflow}. */
  readonly overflow: () => void;
}

/** What readers are made from. */
export interface ReaderParts {
  readonly context: StreamContext;
  readonly feeds: Feeds;
  readonly users: UserFeeds;
  /** Those that are open. */
  readonly readers: Set<Reader>;
}

/** An open subscription. */
export interface Reader {
  readonly stream: ReaderStream;
  readonly userId: UserId;
  /** Compares memberships with the store, for hints that were lost. Feeds are compared before. */
  resync(): Promise<void>;
}
