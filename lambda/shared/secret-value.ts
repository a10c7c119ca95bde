import { inspect } from 'node:util';

/** What a secret shows of itself to anything that prints it. */
const MASK = '[secret]';

/**
 * A secret string that cannot be printed by accident.
 *
 * Every way a value usually ends up in a log (`String()`, template literals, `JSON.stringify`, `util.inspect`, an
 * error's cause) yields `[secret]`. Only {@link SecretValue.reveal} gives the text, and only the code that writes a
 * request to the provider or a value to Secrets Manager calls it.
 */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret in clear. Call it at the place where the request is written, and keep the result in no variable. */
  reveal(): string {
    return this.#text;
  }

  /** Whether the other secret holds the same text. */
  equals(other: SecretValue): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** What a secret holds that has no value any more, or must have a first version before it has one. */
export const EMPTY_VALUE = new SecretValue('{}');

/** Whether a secret's text stands for no value: a JSON object or list without entries. */
export const isEmptyValue = (value: SecretValue): boolean => {
  try {
    const parsed: unknown = JSON.parse(value.reveal());
    return typeof parsed === 'object' && parsed !== null && Object.keys(parsed).length === 0;
  } catch {
    // The parser's message quotes the text.
    return false;
  }
};
