/** What the function and its construct agree on. */
export const ENV = {
  /** Name of the room, as its events tell it. */
  room: 'ROOM',
} as const;

/** How EventBridge tells the room's events from others'. The function may put no others. */
export const EVENT = {
  source: 'keyroom',
  detailType: 'Message Status Changed',
  /** What somebody on call did to the room. */
  roomDetailType: 'Room State Changed',
} as const;
