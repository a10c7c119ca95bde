/** `14:03:11 UTC`: a moment of today, as a log of the room writes it. */
export const clockTime = (iso: string): string => `${iso.slice(11, 19)} UTC`;

/** `2026-11-01 14:03 UTC`: a moment of any day. */
export const dayAndTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** How a version of a secret is called for short. */
export const shortId = (versionId: string): string => versionId.slice(0, 8);
