import { createDynamoDb } from '../../lambda/shared/aws/dynamodb.ts';
import { WATCH_KEY, type WatchState } from '../../lambda/shared/watch-state.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { asAdministrator } from './support/administrator.ts';
import { eventually } from './support/eventually.ts';
import { openStage } from './support/stage.ts';
import { scheduled } from './support/sweep.ts';

const DAY_MS = 24 * 3_600_000;
const DEMO = ['playground', 'demo'] as const;
const ABROAD = { ...sms(), to: '+12025550123' };

describe('the watch, under the rights it has', () => {
  const stage = openStage();
  afterAll(() => stage.keyroom(['unfreeze', 'playground', '--country', 'US']));

  test('has a country frozen that is new to a room of a week, and a person undoes it', async () => {
    const table = createDynamoDb({ ...(await asAdministrator(stage)), tableName: stage.room('playground').tableName });
    const look = await scheduled(stage, 'playground', 'Watch', { action: 'look' });
    await look();
    const state = (await table.getItem(WATCH_KEY)) as unknown as WatchState;
    expect((await post(stage, DEMO, ABROAD)).status).toBe(202);
    const now = Date.now();
    // As if its apps were old, had looked a minute ago, and had known every country but this one.
    const apps = Object.entries(state.apps).map(([app, known]) => {
      const countries = known.countries.filter((country) => country !== 'US');
      return [app, { ...known, countries, sendsSince: now - 8 * DAY_MS }] as const;
    });
    const countries = state.countries.filter((country) => country !== 'US');
    const older = { ...state, countries, at: now - 60_000, revision: state.revision + 1 };
    const item = { pk: WATCH_KEY, ...older, apps: Object.fromEntries(apps) };
    await table.putItem(item as unknown as Parameters<typeof table.putItem>[0]);
    await look();
    await eventually(10_000, async () =>
      (await table.getItem('app#demo'))?.['frozen-US'] === true ? true : undefined,
    );
    expect((await post(stage, DEMO, ABROAD)).status).toBe(403);
    expect((await stage.keyroom(['unfreeze', 'playground', '--country', 'US'])).code).toBe(0);
    expect((await post(stage, DEMO, ABROAD)).status).toBe(202);
  });
});
