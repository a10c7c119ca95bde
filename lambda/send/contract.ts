/** Largest request body, in bytes: far above any message, far below what costs money to parse. */
export const MAX_BODY_BYTES = 32 * 1024;
