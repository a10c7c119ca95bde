import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import type { Audit } from '../../operator/audit/collect.ts';
import { eventually } from './support/eventually.ts';
import { importOnce } from './support/imported.ts';
import { openStage } from './support/stage.ts';

describe('the audit of a room', () => {
  const stage = openStage();
  const CHECKOUT = ['otp', 'checkout'] as const;
  beforeAll(() => importOnce(stage));

  const audited = async (since: string): Promise<Audit> => {
    const { stdout } = await stage.keyroom(['audit', 'otp', '--since', since, '--json']);
    return (JSON.parse(stdout) as { readonly figures: { readonly audit: Audit } }).figures.audit;
  };

  test('says who froze an app, from where and why, and what went out before with which key', async () => {
    const since = new Date().toISOString();
    const to = '+971500000001';
    const message = { ...sms(), to };
    const sent = await post(stage, CHECKOUT, message);
    expect(sent.status).toBe(202);
    expect((await stage.keyroom(['freeze', 'otp', '--app', 'checkout', '--reason', 'INC-7'])).code).toBe(0);
    try {
      expect((await post(stage, CHECKOUT, message)).status).toBe(403);
    } finally {
      expect((await stage.keyroom(['unfreeze', 'otp', '--app', 'checkout'])).code).toBe(0);
    }
    const audit = await eventually(10_000, async () => {
      const found = await audited(since);
      return found.actions.length >= 2 && found.messages.length >= 1 ? found : undefined;
    });
    expect(audit.actions.map(({ command, reason }) => [command, reason])).toEqual([
      ['freeze', 'INC-7'],
      ['unfreeze', null],
    ]);
    expect(audit.actions[0]).toMatchObject({ arguments: { app: 'checkout' }, by: { address: '127.0.0.1' } });
    const [mine] = audit.messages.filter(({ app }) => app === 'checkout');
    expect(mine).toMatchObject({ id: sent.body.id, status: expect.any(String) as string, country: 'AE' });
    expect(audit.keys.map(({ versionId }) => versionId)).toContain(mine?.versionId);
    expect(JSON.stringify(audit)).not.toContain(to.slice(-9));
  });
});
