import type { KeysAnswer, KeysCommand, KeyStanding } from '../../shared/keys-command.ts';

type Standing = Extract<KeysAnswer, { ok: true }>;

/** A kind of credential that leaks: which ones have to die, and how that is asked for. */
export interface Leak {
  /** What it is, with its article. */
  readonly what: string;
  /** Those there are. */
  readonly all: (standing: Standing) => readonly KeyStanding[];
  /** Versions of those that have to die. */
  readonly living: (standing: Standing) => readonly string[];
  readonly revoke: (versions: readonly string[]) => KeysCommand;
  readonly replace: (versions: readonly string[]) => KeysCommand;
}

const SENDING: Leak = {
  what: 'the key',
  all: ({ credentials }) => credentials,
  // Nobody knows which of two it was. One that was revoked already, and by itself, still has to be replaced.
  living: ({ credentials }) => {
    const isIn = (...states: readonly string[]) => credentials.filter(({ state }) => states.includes(state)).map(idOf);
    return isIn('active').length > 0 ? [...isIn('active'), ...isIn('draining')] : isIn('draining', 'dead');
  },
  revoke: (versions) => ({ action: 'revoke', versions }),
  replace: (versions) => ({ action: 'replace', versions }),
};

const MANAGING: Leak = {
  what: 'the managing credential',
  all: ({ managing }) => managing,
  living: ({ managing }) => managing.filter(({ state }) => state === 'active').map(idOf),
  revoke: ([managing = '']) => ({ action: 'revoke-managing', managing }),
  // The standby has come with a key of its own.
  replace: () => ({ action: 'replace', versions: [] }),
};

const idOf = ({ versionId }: KeyStanding): string => versionId;

/** By the argument that names it. */
export const LEAKS: Readonly<Record<string, Leak>> = { sending: SENDING, managing: MANAGING };
