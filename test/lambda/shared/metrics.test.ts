import { createMetrics } from '../../../lambda/shared/metrics.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { linesOf, outputOf } from '../support/output.ts';

const clock = createFakeClock();
const metric = (Name: string, Unit = 'Count') => ({ Name, Unit, StorageResolution: 1 });

describe('createMetrics', () => {
  test('emits one line for the room, and for the room, app and channel together', async () => {
    const metrics = createMetrics({ room: 'alerts', clock });
    const output = await outputOf(() => metrics.emit({ Messages: 1, Segments: 2 }, { app: 'shop', channel: 'sms' }));
    expect(linesOf(output)).toEqual([
      {
        _aws: {
          Timestamp: clock.now(),
          CloudWatchMetrics: [
            {
              Namespace: 'Keyroom',
              Dimensions: [['Room'], ['Room', 'App', 'Channel']],
              Metrics: [metric('Messages'), metric('Segments')],
            },
          ],
        },
        Room: 'alerts',
        App: 'shop',
        Channel: 'sms',
        Messages: 1,
        Segments: 2,
      },
    ]);
  });

  test('emits for the room alone where there is no app, and hours without a unit', () => {
    const lines: string[] = [];
    createMetrics({ room: 'alerts', clock, write: (line) => lines.push(line) }).emit({ KeyAgeHours: 7 });
    expect(linesOf(lines.join(''))).toMatchObject([
      {
        _aws: { CloudWatchMetrics: [{ Dimensions: [['Room']], Metrics: [metric('KeyAgeHours', 'None')] }] },
        KeyAgeHours: 7,
      },
    ]);
  });
});
