import { countingOf } from '../../../lambda/reconcile/counting.ts';

describe('how late the provider may show a message', () => {
  test('is what the provider is known for', () => {
    expect([countingOf('infobip', {}).lagMs, countingOf('d7', {}).lagMs]).toEqual([120_000, 900_000]);
  });

  test('is sooner where a simulator lists it, and all else stays', () => {
    expect(countingOf('infobip', { PROVIDER_LAG_SECONDS: '8' })).toEqual({ ...countingOf('infobip', {}), lagMs: 8000 });
  });

  test('stays where money alone shows it, as what is on its way is told from a theft by time', () => {
    expect(countingOf('d7', { PROVIDER_LAG_SECONDS: '8' })).toEqual(countingOf('d7', {}));
  });

  test('is never nothing, and nothing is counted in a sandbox', () => {
    expect(() => countingOf('infobip', { PROVIDER_LAG_SECONDS: '0' })).toThrow('must be a whole number of at least 1');
    expect(() => countingOf('sandbox', {})).toThrow('nothing is counted at the provider "sandbox"');
  });
});
