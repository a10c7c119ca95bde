import { productionTemplates } from './support/synth.ts';

/** Hashes of code and of the API's deployment change with every commit; nothing else may change unseen. */
const normalised = (template: object): unknown =>
  JSON.parse(JSON.stringify(template).replaceAll(/[0-9a-f]{64}|(?<=Deployment[0-9A-F]{8})[0-9a-f]{32}/g, '<hash>'));

/** Everything else about templates is asserted where it is made; this one shows in review what a change does. */
test('the room otp of the production example is what was reviewed', () => {
  expect(normalised(productionTemplates().rooms.otp!.toJSON())).toMatchSnapshot();
});
