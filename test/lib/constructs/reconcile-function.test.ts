import { LOCAL } from '../../../lib/config/local.ts';
import { resources } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

describe('ReconcileFunction', () => {
  const lagIn = (template = otpRoom()) =>
    resources(template, 'AWS::Lambda::Function', /^Reconcile/).map(
      ([, { Properties }]) =>
        (Properties.Environment as { Variables: Record<string, string> }).Variables.PROVIDER_LAG_SECONDS,
    );

  test('knows its provider, but for a laptop, where the simulators show sooner what they took', () => {
    expect(lagIn()).toEqual([undefined]);
    expect(lagIn(synthesize(LOCAL).rooms.otp)).toEqual([String(LOCAL.local?.providerLagSeconds)]);
  });
});
