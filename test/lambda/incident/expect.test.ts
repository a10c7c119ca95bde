import { announcedPerMinute, campaignsIn } from '../../../lambda/shared/campaigns.ts';
import { createDesk, type Desk } from './support/desk.ts';

const HOUR = 3_600_000;
const CAMPAIGN = { app: 'shop', messagesPerMinute: '600', until: '2026-11-24T18:00:00Z' };
const announced = ({ table, clock }: Desk, app = 'shop', at = clock.now()): number =>
  announcedPerMinute(campaignsIn(table.items.get('room#state')), app, at);
const expecting = (args: object) => ({ command: 'expect', arguments: args, reason: 'CAMPAIGN-7' });

describe('expect', () => {
  test('announces the messages of one app, until its time', async () => {
    const desk = createDesk();
    const job = await desk.do(expecting(CAMPAIGN));
    expect(job).toMatchObject({
      state: 'done',
      outcome:
        'up to 600 messages a minute of shop do not page until 2026-11-24T18:00:00.000Z; within four minutes the alarms know',
    });
    expect([announced(desk), announced(desk, 'desk')]).toEqual([600, 0]);
    const end = Date.parse(CAMPAIGN.until);
    expect([announced(desk, 'shop', end - 1), announced(desk, 'shop', end)]).toEqual([600, 0]);
  });

  test('announced again counts instead of what was announced before, and not beside it', async () => {
    const desk = createDesk();
    await desk.do(expecting(CAMPAIGN));
    await desk.do(expecting({ ...CAMPAIGN, messagesPerMinute: '50' }));
    expect(announced(desk)).toBe(50);
  });

  test('without figures ends it at once', async () => {
    const desk = createDesk();
    await desk.do(expecting(CAMPAIGN));
    expect(await desk.do(expecting({ app: 'shop' }))).toMatchObject({ state: 'done' });
    expect(announced(desk)).toBe(0);
  });

  test('leaves a freeze as it is, and a freeze leaves the campaign', async () => {
    const desk = createDesk();
    await desk.do(expecting(CAMPAIGN));
    await desk.do({ command: 'freeze' });
    expect([announced(desk), desk.isFrozen()]).toEqual([600, true]);
    await desk.do(expecting({ app: 'shop' }));
    expect(desk.table.items.get('room#state')).toMatchObject({ frozen: true });
  });

  test('forgets what is over', async () => {
    const desk = createDesk();
    await desk.do(expecting(CAMPAIGN));
    desk.clock.advance(8 * HOUR);
    await desk.do(expecting({ app: 'shop' }));
    expect(desk.table.items.get('room#state')?.campaigns).toEqual([]);
  });

  test.each([
    ['app', { ...CAMPAIGN, app: 'nobody' }],
    ['app', {}],
    ['messagesPerMinute', { ...CAMPAIGN, messagesPerMinute: '0' }],
    ['messagesPerMinute', { ...CAMPAIGN, messagesPerMinute: '30001' }],
    ['messagesPerMinute', { app: 'shop', until: CAMPAIGN.until }],
    ['until', { ...CAMPAIGN, until: '2026-11-24T11:00:00Z' }],
    ['until', { ...CAMPAIGN, until: '2026-12-24T18:00:00Z' }],
    ['until', { ...CAMPAIGN, until: '18:00' }],
    ['until', { app: 'shop', messagesPerMinute: '5' }],
  ])('refuses a wrong %s: %j', async (field, args) => {
    const desk = createDesk();
    const { status, body } = await desk.command(expecting(args));
    expect([status, body.field]).toEqual([400, `arguments.${field}`]);
    expect(announced(desk)).toBe(0);
  });
});
