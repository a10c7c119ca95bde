import { isEmptyValue, SecretValue } from '../../../../lambda/shared/secret-value.ts';
import type { SecretVersions } from '../../../../lambda/shared/secret-versions.ts';
import { checkpointOf, type Restore } from '../../../../local/simulators/checkpoint.ts';

interface Version {
  readonly text: string | null;
  readonly createdAt: number;
  readonly stages: ReadonlySet<string>;
}

/** A secret in memory that keeps to Secrets Manager's contract, and the service's own part in a rotation. */
export interface MemorySecret extends SecretVersions {
  /** Labels of every version, those without one included. */
  readonly versions: ReadonlyMap<string, Version>;
  /** Id of the version with a label. */
  holder(stage: string): string | undefined;
  /** What RotateSecret does before it calls the function: an empty version labelled AWSPENDING. */
  beginRotation(token: string): void;
  rotationEnabled: boolean | null;
  /** Called with the token of each rotation started through the port. */
  onRotate: ((token: string) => void) | undefined;
  checkpoint(): Restore;
}

/**
 * The rules, each from the API reference:
 *
 * - a version may hold no value, and reading it then fails as if it were not there;
 * - PutSecretValue fills an empty version; the same token with the same value does nothing, with another it fails;
 *   without labels it takes AWSCURRENT, and so does the first version of all, whatever labels are given;
 * - a label sits on one version; AWSPREVIOUS follows when AWSCURRENT moves;
 * - moving a label that another version has, without naming that version, fails, and so does naming the wrong one;
 *   nothing is documented about naming one version as both, so nothing may rely on it;
 * - RotateSecret is refused while AWSPENDING sits on a version that is not AWSCURRENT.
 */
export const createMemorySecret = (now: () => number): MemorySecret => {
  const versions = new Map<string, Version>();
  const holder = (stage: string): string | undefined =>
    [...versions].find(([, version]) => version.stages.has(stage))?.[0];

  const label = (id: string, change: { readonly on?: string; readonly off?: string }): void => {
    const version = versions.get(id);
    if (version === undefined) return;
    const stages = [...version.stages].filter((stage) => stage !== change.off && stage !== change.on);
    versions.set(id, { ...version, stages: new Set(change.on === undefined ? stages : [...stages, change.on]) });
  };
  const attach = (stage: string, to: string): void => {
    const from = holder(stage);
    if (from === to) return;
    if (from !== undefined) label(from, { off: stage });
    label(to, { on: stage });
    if (stage === 'AWSCURRENT' && from !== undefined) attach('AWSPREVIOUS', from);
    if (stage === 'AWSCURRENT') label(to, { off: 'AWSPREVIOUS' });
  };
  const unfinished = (): string | undefined => {
    const pending = holder('AWSPENDING');
    return pending !== undefined && pending !== holder('AWSCURRENT') ? pending : undefined;
  };
  const beginRotation = (token: string): void => {
    if (!versions.has(token)) versions.set(token, { text: null, createdAt: now(), stages: new Set() });
    attach('AWSPENDING', token);
  };

  const secret: MemorySecret = {
    versions,
    holder,
    beginRotation,
    rotationEnabled: true,
    onRotate: undefined,
    describe: () =>
      Promise.resolve({
        rotationEnabled: secret.rotationEnabled,
        versions: Object.fromEntries(
          [...versions].filter(([, { stages }]) => stages.size > 0).map(([id, { stages }]) => [id, [...stages]]),
        ),
      }),
    get: (stage, versionId) => {
      const id = holder(stage);
      const version = id === undefined ? undefined : versions.get(id);
      if (id === undefined || version?.text == null || (versionId !== undefined && versionId !== id)) {
        return Promise.resolve(null);
      }
      const value = new SecretValue(version.text);
      return Promise.resolve(isEmptyValue(value) ? null : { versionId: id, value, createdAt: version.createdAt });
    },
    put: (token, value, stages) => {
      const version = versions.get(token);
      if (version?.text != null) return Promise.resolve(version.text === value.reveal() ? 'stored' : 'conflict');
      const isFirst = versions.size === 0;
      versions.set(token, { text: value.reveal(), createdAt: now(), stages: version?.stages ?? new Set() });
      for (const stage of stages.length > 0 ? stages : ['AWSCURRENT']) attach(stage, token);
      if (isFirst) attach('AWSCURRENT', token);
      return Promise.resolve('stored');
    },
    moveStage: (stage, { to, from }) => {
      const held = holder(stage);
      if (to !== undefined && to === from) throw new Error(`${stage} cannot be moved from a version to itself`);
      if (from !== undefined && held !== from) return Promise.resolve('conflict');
      if (to === undefined) {
        if (from === undefined || stage === 'AWSCURRENT') throw new Error(`${stage} cannot just be taken off`);
        label(from, { off: stage });
        return Promise.resolve('moved');
      }
      if (!versions.has(to)) throw new Error(`no version ${to}`);
      if (held !== undefined && held !== to && from === undefined) return Promise.resolve('conflict');
      attach(stage, to);
      return Promise.resolve('moved');
    },
    startRotation: (token) => {
      if (unfinished() !== undefined) return Promise.resolve('refused');
      beginRotation(token);
      secret.onRotate?.(token);
      return Promise.resolve('started');
    },
    checkpoint: () => checkpointOf(versions),
  };
  return secret;
};
