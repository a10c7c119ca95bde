import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { formsOf } from './encodings.ts';

/** Something that must not be found, under a name that may be printed. */
export interface Needle {
  readonly name: string;
  readonly value: string;
}

/** A needle that was found: what, in which form, and where. Never the value. */
export interface Hit {
  readonly needle: string;
  readonly form: string;
  readonly file: string;
}

/** What stands in a file: UTF-16 is written down byte by byte. */
const bytesOf = (form: string, text: string): Buffer => Buffer.from(text, form === 'utf-16' ? 'latin1' : 'utf8');

const filesBelow = (place: string): readonly string[] =>
  statSync(place).isDirectory()
    ? readdirSync(place, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
    : [place];

/**
 * Searches files, and all files below folders, for needles in every form.
 *
 * @param except files that are meant to hold them.
 */
export const searchFiles = (
  places: readonly string[],
  needles: readonly Needle[],
  except: readonly string[] = [],
): { readonly hits: readonly Hit[]; readonly files: number } => {
  const forms = needles.flatMap(({ name, value }) =>
    Object.entries(formsOf(value))
      // Forms that look alike are one form; very short ones would be found by chance.
      .filter(
        ([form, text], index, all) =>
          text.length >= 6 && (form === 'raw' || all.findIndex(([, other]) => other === text) === index),
      )
      .map(([form, text]) => ({ needle: name, form, bytes: bytesOf(form, text) })),
  );
  const files = places.flatMap(filesBelow).filter((file) => !except.includes(file));
  const hits = files.flatMap((file) => {
    const content = readFileSync(file);
    return forms.filter(({ bytes }) => content.includes(bytes)).map(({ needle, form }) => ({ needle, form, file }));
  });
  return { hits, files: files.length };
};

interface SavedSecrets {
  readonly payload: {
    readonly secrets: {
      readonly data: Readonly<
        Record<
          string,
          {
            readonly Name: string;
            readonly Versions: Readonly<Record<string, { readonly SecretString?: string | null }>>;
          }
        >
      >;
    };
  };
}

/** Fields of a credential that identify it and are no secret. */
const PUBLIC_FIELDS = ['clientId', 'username', 'apiKeyId'];

const leaves = (text: string): readonly (readonly [string, string])[] => {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      return Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    }
  } catch {
    // Not JSON: the text itself is the secret.
  }
  return [['value', text]];
};

/** Everything secret that the stopped emulator's Secrets Manager held, in any version. */
export const savedSecrets = (stateFile: string): readonly Needle[] => {
  const { payload } = JSON.parse(readFileSync(stateFile, 'utf8')) as SavedSecrets;
  return Object.values(payload.secrets.data).flatMap(({ Name, Versions }) =>
    Object.entries(Versions).flatMap(([version, { SecretString: text }]) =>
      leaves(text ?? '')
        .filter(([field, value]) => !PUBLIC_FIELDS.includes(field) && value.length >= 8)
        .map(([field, value]) => ({ name: `${Name} ${field} (${version.slice(0, 8)})`, value })),
    ),
  );
};
