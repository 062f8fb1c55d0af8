import type { MessageList, User } from 'parley/client';
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Row } from './rows.ts';

export interface ScrollOptions {
  readonly rows: readonly Row[];
  readonly list: MessageList;
  readonly virtualizer: RefObject<VirtualizerHandle | null>;
  readonly setAtEnd: (isAtEnd: boolean) => void;
  readonly loadOlder: () => Promise<void>;
  readonly viewer: User;
}

export interface Scroll {
  /** What has come since the last drawing stands above the rest: the place is kept from the end. */
  readonly isPrepending: boolean;
  readonly moved: () => void;
  readonly toEnd: () => void;
  /** The row's index, where it is in the list. */
  readonly indexOf: (key: string | null) => readonly number[];
}

/** Older messages are asked for before somebody comes to the top. */
const AHEAD_PIXELS = 2_000;
const END_PIXELS = 60;

/** Keeps the place: at the end for whoever is there, else where they read, whatever comes above or below. */
export function useScroll(options: ScrollOptions): Scroll {
  const { rows, list, virtualizer, setAtEnd, loadOlder, viewer } = options;
  const shown = useRef<{ first: string | undefined; last: string | undefined; length: number }>(NOTHING);
  const isAtEnd = useRef(true);
  const isPlaced = useRef(false);
  const first = rows.find((row) => row.kind === 'message')?.key;
  const lastRow = rows.at(-1);
  const last = lastRow?.key;
  const isPrepending =
    shown.current.first !== undefined && first !== shown.current.first && last === shown.current.last;

  const toEnd = (): void => virtualizer.current?.scrollToIndex(rows.length - 1, { align: 'end' });

  const look = (): void => {
    const handle = virtualizer.current;
    if (handle === null || !isPlaced.current) return;
    isAtEnd.current = handle.scrollOffset + handle.viewportSize >= handle.scrollSize - END_PIXELS;
    setAtEnd(isAtEnd.current);
    if (handle.scrollOffset < AHEAD_PIXELS && list.hasOlder && !list.isLoading && list.error === null) {
      loadOlder().catch(() => {});
    }
  };

  useLayoutEffect(() => {
    const before = shown.current;
    shown.current = { first, last, length: rows.length };
    if (!list.isLoaded || rows.length === 0) return;
    if (!isPlaced.current) {
      isPlaced.current = true;
      const unread = rows.findIndex((row) => row.kind === 'unread');
      if (unread === -1) toEnd();
      else virtualizer.current?.scrollToIndex(Math.max(0, unread - 1), { align: 'start' });
      return;
    }
    const isOwn = lastRow?.kind === 'message' && lastRow.message.sender.id === viewer.id;
    if (before.last !== last && (isAtEnd.current || (isOwn && lastRow.message.status === 'pending'))) toEnd();
    else if (isAtEnd.current && before.length !== rows.length && !isPrepending) toEnd();
  });

  // After what was drawn has its size, which it is given in the frame after.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again whenever rows have come
  useEffect(() => {
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [rows]);

  return {
    isPrepending,
    moved: look,
    toEnd,
    indexOf: (key) => {
      const index = key === null ? -1 : rows.findIndex((row) => row.key === key);
      return index === -1 ? [] : [index];
    },
  };
}

const NOTHING = { first: undefined, last: undefined, length: 0 };
