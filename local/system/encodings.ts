/** Base64 of bytes that start at any place of a longer text: three alignments, without the characters that mix. */
const base64Forms = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const firstWhole = shift === 0 ? 0 : 4;
    return encoded.slice(firstWhole, Math.floor((shift + bytes.length) / 3) * 4);
  });

const ALIGNMENTS = ['', ' (second alignment)', ' (third alignment)'];

const inBase64 = (name: string, bytes: Buffer): readonly (readonly [string, string])[] =>
  base64Forms(bytes).flatMap((form, at) => [
    [`${name}${ALIGNMENTS[at] ?? ''}`, form],
    [`${name}url${ALIGNMENTS[at] ?? ''}`, form.replaceAll('+', '-').replaceAll('/', '_')],
  ]);

const escaped = (characters: string): string =>
  Array.from(characters, (_, at) => `\\u${characters.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/**
 * Every form in which a text tends to be written down, by name.
 *
 * Basic authorization is Base64 of a longer text, so that one of the three alignments finds it. Forms of a text that
 * needs no escaping may be equal.
 */
export const formsOf = (value: string): Readonly<Record<string, string>> => {
  const bytes = Buffer.from(value);
  const wide = Buffer.from(value, 'utf16le');
  const json = JSON.stringify(value).slice(1, -1);
  return {
    raw: value,
    json,
    'json in json': JSON.stringify(json).slice(1, -1),
    'json in ASCII': value.replaceAll(/[^\x20-\x7e]/g, escaped),
    'json, all escaped': escaped(value),
    url: encodeURIComponent(value),
    form: new URLSearchParams({ '': value }).toString().slice(1),
    hex: bytes.toString('hex'),
    HEX: bytes.toString('hex').toUpperCase(),
    'utf-16': wide.toString('latin1').slice(0, -1),
    'utf-16, hex': wide.toString('hex'),
    ...Object.fromEntries([...inBase64('base64', bytes), ...inBase64('utf-16, base64', wide)]),
  };
};
