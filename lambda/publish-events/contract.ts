/** What the function and its construct agree on. */
export const ENV = {
  /** Name of the room, as its events tell it. */
  room: 'ROOM',
} as const;
