import { got, type Problems } from './checks.ts';

const AMOUNT = /^(\d{1,7})(?:\.(\d{1,6}))?$/;

/** An amount such as `0.0350` in millionths of its currency. @throws Error for what validation refuses */
export const microUnits = (amount: string): number => {
  const [, whole, decimals = ''] = AMOUNT.exec(amount) ?? [];
  if (whole === undefined) throw new Error(`an amount must be like 0.0350, ${got(amount)}`);
  return Number(whole) * 1_000_000 + Number(decimals.padEnd(6, '0'));
};

/** More than nothing, and no more digits than the room counts with. */
export const amountProblems = (where: string, amount: string | undefined): Problems =>
  amount === undefined || (AMOUNT.test(amount) && microUnits(amount) > 0)
    ? []
    : [`${where}: must be an amount above zero such as "0.0350", with at most 7 digits and 6 decimals, ${got(amount)}`];

/** An amount for people, such as `4,500.00 EUR`, rounded up: half a cent more is no promise broken. @param currency ISO 4217 */
export const moneyText = (micros: number, currency: string | null): string => {
  const amount = Math.ceil(micros / 10_000) / 100;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return [amount.toLocaleString('en-US', digits), ...(currency === null ? [] : [currency])].join(' ');
};
