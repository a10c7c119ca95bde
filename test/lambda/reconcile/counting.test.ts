import { countingOf } from '../../../lambda/reconcile/counting.ts';

describe('how late the provider may show a message', () => {
  test('is what the provider is known for', () => {
    expect([countingOf('infobip', {}).lagMs, countingOf('d7', {}).lagMs]).toEqual([120_000, 900_000]);
  });

  test('is sooner where a simulator shows it, and all else stays', () => {
    expect(countingOf('d7', { PROVIDER_LAG_SECONDS: '8' })).toEqual({ ...countingOf('d7', {}), lagMs: 8000 });
  });

  test('is never nothing, and nothing is counted in a sandbox', () => {
    expect(() => countingOf('d7', { PROVIDER_LAG_SECONDS: '0' })).toThrow('must be a whole number of at least 1');
    expect(() => countingOf('sandbox', {})).toThrow('nothing is counted at the provider "sandbox"');
  });
});
