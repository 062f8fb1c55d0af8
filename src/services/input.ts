import type { Limits } from '../config/limits.ts';
import { badInput } from '../domain/error.ts';
import { hasBidiControl, isBlank } from '../domain/text.ts';

type TextLimits = Pick<Limits, 'textCharactersMax' | 'nameCharactersMax' | 'nonceCharactersMax'>;

/** Code points, as people count, not UTF-16 units. Cheap for texts far over the bound. */
export function isLongerThan(text: string, charactersMax: number): boolean {
  if (text.length <= charactersMax) return false;
  if (text.length > 2 * charactersMax) return true;
  return [...text].length > charactersMax;
}

const UNPAIRED_SURROGATE = /\p{Surrogate}/u;

/** What people write, checked: each throws BAD_USER_INPUT that names the field. */
export class Input {
  readonly #limits: TextLimits;

  constructor(limits: TextLimits) {
    this.#limits = limits;
  }

  text(text: string): string {
    return checked('text', text, this.#limits.textCharactersMax);
  }

  name(name: string): string {
    // Names stand inside of sentences and beside other names.
    if (hasBidiControl(name)) throw badInput('name', 'The name has characters that turn the direction of writing.');
    return checked('name', name.trim(), this.#limits.nameCharactersMax);
  }

  nonce(nonce: string): string {
    if (nonce === '') throw badInput('nonce', 'A nonce has at least 1 character.');
    if (isLongerThan(nonce, this.#limits.nonceCharactersMax)) {
      throw badInput('nonce', `A nonce has at most ${this.#limits.nonceCharactersMax} characters.`);
    }
    // In UTF-8 all of these would be the same nonce.
    if (UNPAIRED_SURROGATE.test(nonce)) throw badInput('nonce', 'The nonce is not well-formed Unicode.');
    return nonce;
  }
}

function checked(field: string, text: string, charactersMax: number): string {
  if (isBlank(text)) throw badInput(field, `The ${field} is blank.`);
  if (isLongerThan(text, charactersMax))
    throw badInput(field, `The ${field} has more than ${charactersMax} characters.`);
  if (UNPAIRED_SURROGATE.test(text)) throw badInput(field, `The ${field} is not well-formed Unicode.`);
  return text;
}
