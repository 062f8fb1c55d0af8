/**
 * White space, controls, and what is made to show nothing by itself: zero-width characters, fillers, joiners, variation selectors, tags. The
 * empty Braille pattern is a symbol to Unicode, and as empty as they are.
 */
const SEEN = /[^\s\p{Control}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether nothing of it would be seen. Joiners inside of what is seen, as in many emoji, are no matter. */
export const isBlank = (text: string): boolean => !SEEN.test(text);

/** Embeddings, overrides and isolates: left open they turn around whatever is shown beside the text, too. */
const BIDI_CONTROL = /[\u202A-\u202E\u2066-\u2069]/;

/** Whether it steers the direction of writing. Letters of any script do not, nor do the marks U+200E, U+200F and U+061C. */
export const hasBidiControl = (text: string): boolean => BIDI_CONTROL.test(text);
