import { useCallback, useRef } from 'react';

const FRAMES_MAX = 120;

/**
 * Focuses an element as soon as it takes the focus: what a list draws far from where it was is hidden for some frames, until it has been
 * measured. The newest call alone counts, and none once the focus has been given elsewhere meanwhile.
 */
export function useFocusSoon(): (find: () => HTMLElement | null) => void {
  const frame = useRef(0);
  return useCallback((find) => {
    const before = document.activeElement;
    const attempt = (framesLeft: number): void => {
      const { activeElement, body } = document;
      // The body has it once what had it is gone.
      if (activeElement !== before && activeElement !== body) return;
      const element = find();
      element?.focus();
      const isDone = element !== null && document.activeElement === element;
      if (!isDone && framesLeft > 0) frame.current = requestAnimationFrame(() => attempt(framesLeft - 1));
    };
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => attempt(FRAMES_MAX));
  }, []);
}
