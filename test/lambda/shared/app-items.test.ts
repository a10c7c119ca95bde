import { readAppItems } from '../../../lambda/shared/app-items.ts';
import { createFakeTable } from '../support/fake-table.ts';

describe('the items of apps', () => {
  test('are read however many there are, by app, and those that are not registered are missing', async () => {
    const apps = Array.from({ length: 250 }, (_, i) => `app-${i}`);
    const table = createFakeTable();
    for (const app of apps.slice(1)) await table.putItem({ pk: `app#${app}`, frozen: false });
    const items = await readAppItems(table, apps);
    expect([...items.keys()]).toEqual(apps.slice(1));
    expect(items.get('app-249')).toEqual({ pk: 'app#app-249', frozen: false });
  });
});
