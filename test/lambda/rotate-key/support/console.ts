import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import type { TestRoom } from './room.ts';

interface Console {
  /** What a person is asked for on import. */
  readonly make: (room: TestRoom, name: string) => Readonly<Record<string, string>>;
  readonly remove: (room: TestRoom, credential: Readonly<Record<string, string>>) => void;
  /** The field by which the provider names it. */
  readonly idField: string;
}

/** What a person does in the provider's console: there is no API for it. */
const CONSOLES: Readonly<Record<SimulatedProviderName, Console>> = {
  d7: {
    idField: 'clientId',
    make: ({ simulator }, name) => {
      const application = { clientId: `application-${name}`, clientSecret: `secret of ${name}` };
      simulator.changeAccount({ addApplication: application });
      return application;
    },
    remove: ({ simulator }, { clientId }) => simulator.changeAccount({ deleteApplication: clientId }),
  },
  infobip: {
    idField: 'username',
    make: ({ simulator }, name) => {
      const user = { username: `user-${name}`, password: `password of ${name}` };
      simulator.changeAccount({ addUser: user });
      return user;
    },
    remove: ({ simulator }, { username }) => simulator.changeAccount({ deleteUser: username }),
  },
  twilio: {
    idField: 'apiKeySid',
    make: ({ simulator }, name) => {
      const { accountSid } = simulator.account().managing as { readonly accountSid: string };
      const key = {
        apiKeySid: `SK${Buffer.from(name).toString('hex').padEnd(32, '0')}`,
        apiKeySecret: `secret-${name}`,
      };
      simulator.changeAccount({ addMainKey: key });
      return { accountSid, ...key };
    },
    remove: ({ simulator }, { apiKeySid }) => simulator.changeAccount({ deleteMainKey: apiKeySid }),
  },
};

/** The console of a room's provider. */
export const consoleOf = (room: TestRoom): Console => CONSOLES[room.keys.provider.provider as SimulatedProviderName];

/** The credential the room was first given. */
export const firstCredential = (room: TestRoom): Readonly<Record<string, string>> =>
  room.simulator.account().managing as Readonly<Record<string, string>>;
