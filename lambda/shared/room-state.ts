/** Partition key of the ledger's item about the room as a whole: whether it is frozen, by whom, and for which countries. */
export const roomStateKey = 'room#state';
