import { look } from '../../../lambda/watch/look.ts';
import { APP } from '../support/room.ts';
import { createDesk } from './support/desk.ts';

const DAY_MS = 24 * 3_600_000;

/** A room that has sent to AE for a week and a bit. */
const weekOld = async (...options: Parameters<typeof createDesk>) => {
  const desk = createDesk(...options);
  desk.sendTo('AE');
  await desk.minute({ home: 1 });
  desk.clock.advance(8 * DAY_MS);
  await desk.minute({ home: 1 });
  return desk;
};

describe('a country that is new', () => {
  test('is frozen once, where no app of the room has sent to it before', async () => {
    const desk = await weekOld();
    desk.sendTo('SA');
    await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual(['SA quarantine-country-SA']);
    expect(desk.values('newCountries')).toEqual([1]);
    expect(desk.warnings).toContainEqual({ app: 'shop', country: 'SA' });
    for (let i = 0; i < 5; i++) await desk.minute({ abroad: 1 });
    expect(desk.frozen).toHaveLength(1);
    expect(desk.values('newCountries')).toEqual([1]);
  });

  test('is told and not frozen where another app sends to it: that one would be stopped, too', async () => {
    const desk = createDesk();
    desk.sendTo('SA');
    desk.sendTo('EG', 'desk');
    await desk.minute({});
    desk.clock.advance(8 * DAY_MS);
    desk.sendTo('SA', 'desk');
    await desk.minute({});
    expect(desk.frozen).toEqual([]);
    expect(desk.values('newCountries')).toEqual([1]);
  });

  test('is only noted in the first week after an app’s first message, however old the room is', async () => {
    const desk = createDesk();
    await desk.minute({});
    desk.clock.advance(30 * DAY_MS);
    desk.sendTo('SA');
    await desk.minute({ abroad: 1 });
    desk.clock.advance(6.9 * DAY_MS);
    desk.sendTo('EG');
    await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual([]);
    desk.clock.advance(0.2 * DAY_MS);
    desk.sendTo('US');
    await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual(['US quarantine-country-US']);
  });

  test('is never the one that the app is at home in', async () => {
    const desk = createDesk();
    desk.sendTo('SA');
    await desk.minute({ abroad: 1 });
    desk.clock.advance(8 * DAY_MS);
    desk.sendTo('AE');
    await desk.minute({ home: 1 });
    expect(desk.frozen).toEqual([]);
    expect(desk.values('newCountries')).toEqual([]);
  });

  test('is none that an app sent to which has left the room', async () => {
    const desk = createDesk();
    for (const app of ['shop', 'desk']) desk.sendTo(app === 'shop' ? 'SA' : 'EG', app);
    await desk.minute({ abroad: 1 });
    desk.clock.advance(8 * DAY_MS);
    const room = { ...desk.ports.room, apps: { shop: APP } };
    await look({ ...desk.ports, room });
    desk.sendTo('EG');
    desk.clock.advance(60_000);
    await look({ ...desk.ports, room });
    expect(desk.frozen).toEqual([]);
    expect(desk.values('newCountries')).toEqual([1]);
  });

  test('is only noted in the first week of a room, and known from then on', async () => {
    const desk = createDesk();
    desk.sendTo('AE');
    await desk.minute({ home: 1 });
    desk.clock.advance(6.9 * DAY_MS);
    desk.sendTo('SA');
    await desk.minute({ abroad: 1 });
    desk.clock.advance(DAY_MS);
    await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual([]);
    expect(desk.values('newCountries')).toEqual([]);
    expect(desk.warnings).toContainEqual({ app: 'shop', country: 'SA' });
  });

  test('is told only, where the configuration says so', async () => {
    const desk = await weekOld({}, { countries: false, apps: false });
    desk.sendTo('SA');
    await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual([]);
    expect(desk.values('newCountries')).toEqual([1]);
  });

  test('is frozen by a later look where the first could not', async () => {
    const desk = await weekOld();
    desk.answer(false);
    desk.sendTo('SA');
    await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual([]);
    desk.answer(true);
    await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual(['SA quarantine-country-SA']);
  });

  test('is commanded again, as the same command, until the app’s item shows it, but not for ever', async () => {
    const desk = await weekOld();
    desk.lose(true);
    desk.sendTo('SA');
    for (let i = 0; i < 3; i++) await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual(['SA quarantine-country-SA']);
    expect(desk.repeated).toHaveLength(2);
    expect(desk.values('newCountries')).toEqual([1]);
    for (let i = 0; i < 30; i++) await desk.minute({ abroad: 1 });
    expect(desk.repeated).toHaveLength(15);
  });

  test('is not commanded again once it was frozen, whatever a person does then', async () => {
    const desk = await weekOld();
    desk.sendTo('SA');
    await desk.minute({ abroad: 1 });
    await desk.minute({});
    desk.mark('frozen-SA', false);
    for (let i = 0; i < 3; i++) await desk.minute({ abroad: 1 });
    expect(desk.frozen).toEqual(['SA quarantine-country-SA']);
    expect(desk.repeated).toEqual([]);
  });

  test('is none after an outage of the watch: what it knew it still knows', async () => {
    const desk = await weekOld();
    desk.clock.advance(3 * 3_600_000);
    await desk.minute({ home: 1 });
    expect(desk.frozen).toEqual([]);
    expect(desk.values('newCountries')).toEqual([]);
  });
});

describe('an app that pages', () => {
  test('is frozen once in a flood, and not again when a person has unfrozen it', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    for (let i = 0; i < 10; i++) await desk.minute({ home: 500 });
    desk.mark('frozen', false);
    for (let i = 0; i < 10; i++) await desk.minute({ home: 500 });
    expect(desk.repeated).toEqual([]);
    expect(desk.frozen).toEqual([expect.stringMatching(/^shop quarantine-app-shop-\d+$/)]);
  });

  test('is frozen again by the next flood, as another command', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    for (let i = 0; i < 6; i++) await desk.minute({ home: 500 });
    for (let i = 0; i < 40; i++) await desk.minute({ home: 20 });
    for (let i = 0; i < 6; i++) await desk.minute({ home: 500 });
    expect(desk.frozen).toHaveLength(2);
    expect(new Set(desk.frozen).size).toBe(2);
  });

  test('is left alone unless the configuration wants it', async () => {
    const desk = createDesk({}, { countries: true, apps: false });
    await desk.teach({ home: 20 });
    for (let i = 0; i < 20; i++) await desk.minute({ home: 500 });
    expect(desk.frozen).toEqual([]);
    expect(desk.excess()).toBeGreaterThan(30);
  });

  test('is frozen by a later look where the first could not', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    desk.answer(false);
    for (let i = 0; i < 10; i++) await desk.minute({ home: 500 });
    desk.answer(true);
    await desk.minute({ home: 500 });
    expect(desk.frozen).toHaveLength(1);
  });

  test('is frozen for a flood, too, when the money that it was frozen for is still gone', async () => {
    const desk = createDesk({ spendPerMonth: 1_000_000 });
    await desk.teach({ home: 20 });
    desk.spend('spend-per-month', 1_000_000);
    for (let i = 0; i < 3; i++) await desk.minute({ home: 20 });
    expect(desk.frozen).toHaveLength(1);
    desk.mark('frozen', false);
    for (let i = 0; i < 6; i++) await desk.minute({ home: 500 });
    expect(desk.frozen).toHaveLength(2);
  });
});

describe('a cap in money that is gone', () => {
  test('is told for a quarter of an hour, so that the next one is told, too', async () => {
    const desk = createDesk({ spendPerMonth: 1_000_000 });
    await desk.minute({});
    desk.spend('spend-per-month', 1_000_000);
    for (let i = 0; i < 20; i++) await desk.minute({});
    expect(desk.values('spendAtRisk').slice(1)).toEqual([...Array<number>(15).fill(1), 0, 0, 0, 0, 0]);
    desk.spend('spend-per-month', -1_000_000);
    await desk.minute({});
    desk.spend('spend-per-month', 1_000_000);
    await desk.minute({});
    expect(desk.values('spendAtRisk').slice(-2)).toEqual([0, 1]);
  });
});
