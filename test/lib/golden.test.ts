import { productionTemplates } from './support/synth.ts';

/** Hashes of code, of an API's deployment and of the whole template change with every commit; nothing else may change unseen. */
const CHANGING = /[0-9a-f]{64}|(?<=Deployment[0-9A-F]{8}|"deployment":")[0-9a-f]{32}/g;

const normalised = (template: object): unknown => JSON.parse(JSON.stringify(template).replaceAll(CHANGING, '<hash>'));

/** Everything else about templates is asserted where it is made; this one shows in review what a change does. */
test('the room otp of the production example is what was reviewed', () => {
  expect(normalised(productionTemplates().rooms.otp!.toJSON())).toMatchSnapshot();
});
