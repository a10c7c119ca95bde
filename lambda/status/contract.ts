/** What the function that says where a room stands, its construct and the operator's CLI agree on. */
export const ENV = {
  /** `<account id>:<role name>` of those who may ask: comma separated. */
  askers: 'ASKERS',
} as const;
