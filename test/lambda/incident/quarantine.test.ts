import { createHandler } from '../../../lambda/incident/handler.ts';
import type { QuarantineCommand, QuarantineScope } from '../../../lambda/shared/quarantine-command.ts';
import { createDesk, type Desk } from './support/desk.ts';

const quarantine = async (desk: Desk, scope: QuarantineScope, key = 'first'): Promise<void> => {
  const command: QuarantineCommand = { action: 'quarantine', scope, key };
  await createHandler(() => desk.ports)(command);
  await desk.run();
};

const jobs = (desk: Desk) =>
  [...desk.table.items.values()].filter(({ pk }) => typeof pk === 'string' && pk.startsWith('job#'));

describe('quarantine', () => {
  test('freezes an app as a job of keyroom, which one command undoes', async () => {
    const desk = createDesk();
    await quarantine(desk, { app: 'shop' });
    expect([desk.isFrozen('shop'), desk.isFrozen('desk')]).toEqual([true, false]);
    expect(jobs(desk)).toMatchObject([
      { command: 'freeze', caller: { role: 'keyroom', session: 'watch' }, reason: 'quarantine', state: 'done' },
    ]);
    await desk.do({ command: 'unfreeze', arguments: { app: 'shop' } });
    expect(desk.isFrozen('shop')).toBe(false);
  });

  test('freezes a country, and everything else goes on', async () => {
    const desk = createDesk();
    await quarantine(desk, { country: 'SA' });
    expect(desk.table.items.get('app#shop')).toMatchObject({ frozen: false, 'frozen-SA': true });
  });

  test('the same command twice is one, also after a person has undone it', async () => {
    const desk = createDesk();
    await quarantine(desk, { app: 'shop' });
    await desk.do({ command: 'unfreeze', arguments: { app: 'shop' } });
    await quarantine(desk, { app: 'shop' });
    expect(desk.isFrozen('shop')).toBe(false);
    await quarantine(desk, { app: 'shop' }, 'second');
    expect(desk.isFrozen('shop')).toBe(true);
  });

  test.each<[string, object]>([
    ['nothing, which would be the whole room', {}],
    ['an app and a country', { app: 'shop', country: 'SA' }],
    ['an app that there is not', { app: 'nobody' }],
    ['a country where nobody may send', { country: 'ZZ' }],
    ['another command', { command: 'unfreeze' }],
  ])('fails for %s, and freezes nothing', async (_, scope) => {
    const desk = createDesk();
    await expect(quarantine(desk, scope as QuarantineScope)).rejects.toThrow();
    expect([desk.isFrozen('shop'), desk.isFrozen('desk'), jobs(desk)]).toEqual([false, false, []]);
  });

  test('nobody comes in at the door as keyroom', async () => {
    const desk = createDesk();
    const { status } = await desk.command({ command: 'freeze' }, { role: 'keyroom', session: 'watch' });
    expect(status).toBe(403);
  });
});
