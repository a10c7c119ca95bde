// Jest types its asymmetric matchers as `any`; these say what may be done with them: nothing but compare.
export const ANY_TEXT: unknown = expect.any(String);
export const textLike = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const including = (fields: object): unknown => expect.objectContaining(fields);
export const containing = (entries: unknown[]): unknown => expect.arrayContaining(entries);
