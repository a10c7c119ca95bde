import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import type { Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import type { Validate, Violation } from '../validation.ts';
import { isAddressEntry } from './allowed-addresses.ts';
import { errorReply } from './errors.ts';
import { parseTime, type ApiKey, type KeyRing } from './keys.ts';
import { validateCreateKey, validateUpdateKey, type ApiKeyRequest } from './schemas.ts';
import type { InfobipSettings } from './settings.ts';

/** Limits of the key endpoints, per account. */
export interface KeyLimits {
  readonly create: RateLimit;
  readonly update: RateLimit;
  /** 10 a second, documented for list and get. */
  readonly read: RateLimit;
}

const DAY_MS = 86_400_000;

export const createKeyLimits = (clock: Clock, settings: InfobipSettings): KeyLimits => ({
  create: createRateLimit(clock, DAY_MS, () => settings.keyChangesPerDay),
  update: createRateLimit(clock, DAY_MS, () => settings.keyChangesPerDay),
  read: createRateLimit(clock, 1000, () => 10),
});

const COLLECTION = '/settings/2/api-keys';

/**
 * `/settings/2/api-keys`: create, list, read, update. No DELETE.
 *
 * @param call already known to come from the managing user.
 */
export function handleKeys(call: ProviderCall, keys: KeyRing, limits: KeyLimits, clock: Clock): ProviderReply {
  const id = call.path === COLLECTION ? undefined : decodeURIComponent(call.path.slice(COLLECTION.length + 1));
  if (call.method === 'GET') {
    if (!limits.read.take()) return errorReply('platform', 429);
    if (id !== undefined) return foundOr404(keys.find(id));
    const violations = invalidPaging(call.query);
    if (violations.length > 0) return errorReply('platform', 400, undefined, violations);
    return { status: 200, body: page(keys.list(), call.query) };
  }
  if (call.method === 'POST' && id === undefined) {
    if (!limits.create.take()) return errorReply('platform', 429);
    return checked(call, validateCreateKey, {}, clock, (request) => ({
      status: 200,
      body: keys.create(request as ApiKeyRequest),
    }));
  }
  if (call.method === 'PUT' && id !== undefined) {
    if (!limits.update.take()) return errorReply('platform', 429);
    const existing = keys.find(id);
    if (!existing) return errorReply('platform', 404);
    return checked(call, validateUpdateKey, existing, clock, (change) => foundOr404(keys.update(id, change)));
  }
  return errorReply('platform', 405);
}

function checked(
  { body, encoding }: ProviderCall,
  validate: Validate,
  existing: Partial<ApiKey>,
  clock: Clock,
  proceed: (request: Partial<ApiKeyRequest>) => ProviderReply,
): ProviderReply {
  if (encoding === 'malformed' || encoding === 'none') return errorReply('platform', 400);
  if (encoding !== 'json') return errorReply('platform', 415);
  const shape = validate(body);
  const violations = shape.length > 0 ? shape : contradictions(body as Partial<ApiKeyRequest>, existing, clock);
  return violations.length > 0
    ? errorReply('platform', 400, undefined, violations)
    : proceed(body as Partial<ApiKeyRequest>);
}

function contradictions(
  request: Partial<ApiKeyRequest>,
  existing: Partial<ApiKey>,
  clock: Clock,
): readonly Violation[] {
  const found: Violation[] = [];
  const wrong = (path: Violation['path'], message: string): void => {
    found.push({ path, kind: 'value', message });
  };
  request.allowedIPs?.forEach((entry, index) => {
    if (!isAddressEntry(entry)) wrong(['allowedIPs', index], 'must be an IP address or a range');
  });
  if (request.platform && request.permissions) wrong(['platform'], 'must not be used together with permissions');
  const validFrom = request.validFrom ?? existing.validFrom;
  const from = validFrom === undefined ? clock.now() : parseTime(validFrom);
  if (request.validTo !== undefined && !(parseTime(request.validTo) > from)) {
    wrong(['validTo'], 'must not be earlier than validFrom or the time of creation');
  }
  return found;
}

const foundOr404 = (key: ApiKey | undefined): ProviderReply =>
  key ? { status: 200, body: key } : errorReply('platform', 404);

/** Infobip's largest, and default, page, and its highest page. */
const PAGE = { size: 100, highest: 100 } as const;

function page(all: readonly ApiKey[], query: URLSearchParams): object {
  const wanted = (filter: string, value: unknown): boolean => [String(value), null].includes(query.get(filter));
  const isDescending = query.get('orderDirection') === 'desc';
  const matching = all
    .filter(
      (key) => wanted('name', key.name) && wanted('enabled', key.enabled) && wanted('apiKeySecret', key.apiKeySecret),
    )
    .toSorted((a, b) => a.id.localeCompare(b.id) * (isDescending ? -1 : 1));
  const pageSize = Number(query.get('size') ?? PAGE.size);
  const index = Number(query.get('page') ?? 0);
  return {
    apiKeys: matching.slice(index * pageSize, (index + 1) * pageSize),
    paging: {
      page: index,
      pageSize,
      orderDirection: isDescending ? 'desc' : 'asc',
      totalCount: matching.length,
      totalPages: Math.ceil(matching.length / pageSize),
    },
  };
}

function invalidPaging(query: URLSearchParams): readonly Violation[] {
  const size = Number(query.get('size') ?? PAGE.size);
  const index = Number(query.get('page') ?? 0);
  const found: Violation[] = [];
  if (!Number.isInteger(size) || size < 1 || size > PAGE.size) {
    found.push({ path: ['size'], kind: 'value', message: `must be from 1 to ${String(PAGE.size)}` });
  }
  if (!Number.isInteger(index) || index < 0 || index > PAGE.highest) {
    found.push({ path: ['page'], kind: 'value', message: `must be from 0 to ${String(PAGE.highest)}` });
  }
  return found;
}
