import type { Channel } from 'parley/client';
import { useEffect, useRef, useState } from 'react';

/** Up to where everything was read when somebody came, or when the first message came that they did not see; null where all was read. */
export function useUnreadMark({ unread, readUpTo }: Channel, isAtEnd: boolean): number | null {
  const [mark, setMark] = useState(() => (unread > 0 ? readUpTo : null));
  const before = useRef({ unread, readUpTo });
  useEffect(() => {
    const isSeen = isAtEnd && document.visibilityState === 'visible';
    if (before.current.unread === 0 && unread > 0 && !isSeen) setMark(before.current.readUpTo);
    before.current = { unread, readUpTo };
  }, [unread, readUpTo, isAtEnd]);
  return mark;
}
