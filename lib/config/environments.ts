import type { EnvironmentConfig } from './environment.ts';
import { LOCAL } from './local.ts';
import { PRODUCTION } from './production.ts';
import { validate } from './validate.ts';

/** The environments that `-c environment=<name>` may name. Add yours here. */
export const ENVIRONMENTS: Readonly<Record<string, EnvironmentConfig>> = { local: LOCAL, production: PRODUCTION };

/** Values of the CDK's context (`-c name=value`) that configuration listens to. */
export interface ConfigContext {
  /**
   * JSON object of provider name to URL, in place of `local.providerBaseUrls`; refused in every environment but
   * `local`.
   *
   * @default - the URLs of the configuration
   */
  readonly providerBaseUrls?: unknown;
}

/**
 * The validated configuration of one environment.
 *
 * @throws Error naming the environments there are, or everything that is wrong with the chosen one
 */
export const loadEnvironment = (name: unknown, context: ConfigContext = {}): EnvironmentConfig => {
  const found = typeof name === 'string' && Object.hasOwn(ENVIRONMENTS, name) ? ENVIRONMENTS[name] : undefined;
  if (found === undefined) {
    const asked = name === undefined ? 'nothing' : JSON.stringify(name);
    const allowed = Object.keys(ENVIRONMENTS).join(' or ');
    throw new Error(
      `the environment must be ${allowed}, got ${asked}; choose it with -c environment=<name>. ` +
        'A bootstrap needs none: npx cdk bootstrap aws://<account>/<region> --app ""',
    );
  }
  const config = withBaseUrls(found, parseBaseUrls(context.providerBaseUrls));
  validate(config);
  return config;
};

const withBaseUrls = (config: EnvironmentConfig, urls: Readonly<Record<string, string>>): EnvironmentConfig =>
  Object.keys(urls).length === 0
    ? config
    : { ...config, local: { ...config.local, providerBaseUrls: { ...config.local?.providerBaseUrls, ...urls } } };

const parseBaseUrls = (json: unknown): Readonly<Record<string, string>> => {
  if (json === undefined) return {};
  const value = typeof json === 'string' ? parseJson(json) : json;
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || !Object.values(value).every((url) => typeof url === 'string')) {
    throw new Error(
      `the context providerBaseUrls must be a JSON object of provider to URL, got ${JSON.stringify(json)}`,
    );
  }
  return value as Readonly<Record<string, string>>;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
