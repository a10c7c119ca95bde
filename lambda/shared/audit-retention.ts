/** What an audit reads of what people and strangers did is kept for so long: a year, and a month until its audit is over. */
export const AUDITED_MS = 400 * 86_400_000;
