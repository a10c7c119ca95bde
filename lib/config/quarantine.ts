import { got, type Problems } from './checks.ts';
import type { QuarantineMode, RoomConfig } from './environment.ts';

const MODES: readonly QuarantineMode[] = ['freeze', 'record'];

/** What a room stops by itself, every default filled in. */
export const quarantineOf = ({
  quarantine = {},
}: RoomConfig): { readonly countries: boolean; readonly apps: boolean } => ({
  countries: (quarantine.newCountries ?? 'freeze') === 'freeze',
  apps: quarantine.apps === 'freeze',
});

/** What is wrong with it. */
export const quarantineProblems = (where: string, { quarantine, responders }: RoomConfig): Problems => {
  if (quarantine === undefined) return [];
  if (!responders?.length) return [`${where}: must be left out, as there are no responders who could undo it`];
  return Object.entries(quarantine).flatMap(([name, mode]: [string, QuarantineMode]) =>
    MODES.includes(mode) ? [] : [`${where}.${name}: must be ${MODES.join(' or ')}, ${got(mode)}`],
  );
};
