import { createSandboxProvider } from '../../../lambda/providers/sandbox/adapter.ts';
import { createProvider } from '../../../lambda/providers/registry.ts';
import { createCredentialManager } from '../../../lambda/providers/credential-managers.ts';
import { PROVIDERS } from '../../../lambda/providers/contract.ts';
import { answering, response, sms } from './support.ts';

describe('createSandboxProvider', () => {
  test.each([
    ['9001', 'rejected'],
    ['9002', 'not-sent'],
    ['9003', 'not-sent'],
    ['9004', 'unknown'],
    ['9005', 'key-refused'],
    ['9006', 'address-refused'],
    ['0001', 'accepted'],
  ])('a number ending in %s is %s', async (digits, kind) => {
    const outcome = await createSandboxProvider().send({ ...sms, to: `+97150000${digits}` }, null, 6000);
    expect(outcome.kind).toBe(kind);
  });
});

describe('the registries', () => {
  const { http } = answering(response(200, {}));

  test.each(Object.keys(PROVIDERS))('%s has an adapter, and a key manager of the declared strategy', (name) => {
    expect(createProvider(name, { http }).name).toBe(name);
    expect(createCredentialManager(name, { http })?.strategy ?? 'none').toBe(PROVIDERS[name]?.strategy);
  });

  test('fails when the provider is not known, and says which are', () => {
    expect(() => createProvider('d8', { http })).toThrow(
      'unknown provider "d8", must be one of d7, infobip, twilio, sandbox',
    );
  });
});
