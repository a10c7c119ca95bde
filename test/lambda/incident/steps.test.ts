import { createDesk } from './support/desk.ts';

describe('the steps of a job', () => {
  test('that an earlier run has done are not done again by the next', async () => {
    const desk = createDesk();
    desk.secret.broken = 3;
    let stopped = 0;
    const stop = desk.functions.stop.bind(desk.functions);
    desk.functions.stop = () => {
      stopped++;
      return stop();
    };
    const job = await desk.do({ command: 'freeze' });
    expect(job.state).toBe('running');
    await desk.resume();
    expect((await desk.look(job.id)).body.state).toBe('done');
    expect(stopped).toBe(1);
  });

  test('that never succeed end the job as failed, and it says which', async () => {
    const desk = createDesk();
    desk.secret.broken = 1000;
    const job = await desk.do({ command: 'freeze' });
    for (let run = 0; run < 40; run++) await desk.resume();
    expect((await desk.look(job.id)).body).toMatchObject({
      state: 'failed',
      outcome: '2 of 3 layers hold; tried again: tag on the secret',
    });
  });

  test('a job that somebody is at is not run twice', async () => {
    const desk = createDesk();
    const { body } = await desk.command({ command: 'freeze' });
    expect(await desk.ports.jobs.claim(body.id, 15_000)).toMatchObject({ fence: 1 });
    expect(await desk.ports.jobs.claim(body.id, 15_000)).toBeUndefined();
    await desk.run();
    expect([desk.isFrozen(), desk.functions.held]).toEqual([false, false]);
    await desk.resume();
    expect([desk.isFrozen(), desk.functions.held]).toEqual([true, true]);
  });
});
