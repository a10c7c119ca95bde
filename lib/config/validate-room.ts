import { PROVIDERS } from '../../lambda/providers/contract.ts';
import * as check from './checks.ts';
import type {
  EnvironmentConfig,
  InboundMode,
  OnCallConfig,
  AccountUse,
  ReceiptsMode,
  RoomConfig,
  Subscriber,
  TemplateConfig,
} from './environment.ts';
import { amountProblems } from './money.ts';
import { quarantineProblems } from './quarantine.ts';
import { paceProblems } from './sender-pace.ts';
import { appProblems } from './validate-app.ts';
import { priceProblems } from './validate-limits.ts';

/** Secrets Manager rotates at most every 4 hours. https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html */
const MIN_ROTATION_HOURS = 4;
/** A key that lives longer than a year is a key nobody has shown to be replaceable. */
const MAX_ROTATION_DAYS = 365;
/** Two years: who made the credential may have left long ago. */
const MAX_SWAP_DAYS = 730;
/** API Gateway's default account quotas: a higher rate would never be reached. */
const MAX_RATE_PER_SECOND = 10_000;
const MAX_BURST = 5_000;
const ACCOUNT_USES: readonly AccountUse[] = ['own', 'shared'];
const INBOUND_MODES: readonly InboundMode[] = ['masked', 'full'];
const RECEIPTS_MODES: readonly ReceiptsMode[] = ['confirmed', 'signed'];

/** What is wrong with a room and the apps in it. */
export const roomProblems = (name: string, room: RoomConfig, environment: EnvironmentConfig): check.Problems => {
  const where = `rooms.${name}`;
  const apps = Object.entries(room.apps);
  return [
    ...check.name(where, name, 20),
    ...(name === 'egress' ? [`${where}: must not be called egress, as that is the stack with the addresses`] : []),
    ...(Object.hasOwn(PROVIDERS, room.provider)
      ? []
      : [`${where}.provider: must be one of ${Object.keys(PROVIDERS).join(', ')}, ${check.got(room.provider)}`]),
    ...rotationProblems(`${where}.rotateEvery`, room.rotateEvery),
    ...check.wholeNumber(`${where}.swapEvery.days`, room.swapEvery?.days, 1, MAX_SWAP_DAYS),
    ...(apps.length > 0 ? [] : [`${where}.apps: must name at least one app, got none`]),
    ...apps.flatMap(([app, config]) => appProblems(`${where}.apps.${app}`, app, config, room)),
    ...Object.entries(room.templates ?? {}).flatMap(([id, template]) =>
      templateProblems(where, id, template, room.provider),
    ),
    ...recipientProblems(where, room, environment.production ?? false),
    ...(room.keyImporters ?? []).flatMap((arn) => check.principalArn(`${where}.keyImporters`, arn)),
    ...(room.keyIssuers ?? []).flatMap((arn) => check.principalArn(`${where}.keyIssuers`, arn)),
    ...(room.dataStewards ?? []).flatMap((arn) => check.principalArn(`${where}.dataStewards`, arn)),
    ...(room.operators ?? []).flatMap((arn) => check.principalArn(`${where}.operators`, arn)),
    ...(room.keyIssuers?.length && !apps.some(([, { identity }]) => 'keys' in identity)
      ? [`${where}.keyIssuers: must be left out, as no app of the room has keys`]
      : []),
    ...(room.responders ?? []).flatMap((arn) => check.principalArn(`${where}.responders`, arn)),
    ...(room.unfreezeApprovers ?? []).flatMap((arn) => check.principalArn(`${where}.unfreezeApprovers`, arn)),
    ...(room.unfreezeApprovers?.length && !room.responders?.length
      ? [`${where}.unfreezeApprovers: must be left out, as there are no responders whom to agree with`]
      : []),
    ...(room.callerNetworks ?? []).flatMap((network) => check.cidr(`${where}.callerNetworks`, network, 1, 32)),
    ...Object.entries(room.alarms ?? {}).flatMap(([key, value]: [string, number]) =>
      check.wholeNumber(`${where}.alarms.${key}`, value, 1, 1_000_000),
    ),
    ...priceProblems(`${where}.prices`, room.prices),
    ...accountProblems(`${where}.account`, room),
    ...limitOfAccountProblems(`${where}.accountLimit`, room),
    ...quarantineProblems(`${where}.quarantine`, room),
    ...receiptProblems(`${where}.receipts`, room),
    ...inboundProblems(`${where}.inbound`, room),
    ...paceProblems(`${where}.messagesPerSecondBySender`, room),
    ...onCallProblems(`${where}.onCall`, room.onCall ?? {}),
    ...check.wholeNumber(`${where}.throttlingRatePerSecond`, room.throttlingRatePerSecond, 1, MAX_RATE_PER_SECOND),
    ...check.wholeNumber(`${where}.throttlingBurst`, room.throttlingBurst, 1, MAX_BURST),
  ];
};

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

const rotationProblems = (where: string, every: RoomConfig['rotateEvery']): check.Problems => {
  if (every === undefined) return [];
  const [count, unit, hours] =
    'days' in every ? [every.days, 'day', every.days * 24] : [every.hours, 'hour', every.hours];
  if (!Number.isSafeInteger(count)) return [`${where}: must be whole days or hours, got ${plural(count, unit)}`];
  if (hours < MIN_ROTATION_HOURS) {
    return [`${where}: must be at least ${MIN_ROTATION_HOURS} hours, got ${plural(count, unit)}`];
  }
  if (hours > MAX_ROTATION_DAYS * 24) {
    return [`${where}: must be at most ${MAX_ROTATION_DAYS} days, got ${plural(count, unit)}`];
  }
  return [];
};

const recipientProblems = (where: string, room: RoomConfig, production: boolean): check.Problems => {
  const { onlyRecipients } = room;
  if (onlyRecipients === undefined) {
    return production || room.provider === 'sandbox'
      ? []
      : [`${where}.onlyRecipients: must list the numbers that may be messaged outside production, got nothing`];
  }
  return [
    ...(onlyRecipients.length > 0 ? [] : [`${where}.onlyRecipients: must name at least one number, got none`]),
    ...onlyRecipients.flatMap((number) => check.e164(`${where}.onlyRecipients`, number)),
  ];
};

const accountProblems = (where: string, { account }: RoomConfig): check.Problems =>
  account === undefined || ACCOUNT_USES.includes(account)
    ? []
    : [`${where}: must be ${ACCOUNT_USES.join(' or ')}, ${check.got(account)}`];

const limitOfAccountProblems = (where: string, { accountLimit, provider }: RoomConfig): check.Problems => {
  if (accountLimit === undefined) return [];
  if (provider === 'sandbox') return [`${where}: must be left out, as a sandbox has no account`];
  return [
    ...amountProblems(`${where}.amount`, accountLimit.amount),
    ...check.currency(`${where}.currency`, accountLimit.currency),
  ];
};

const receiptProblems = (where: string, { receipts, provider }: RoomConfig): check.Problems => {
  if (receipts === undefined) return [];
  if (provider === 'sandbox') return [`${where}: must be left out, as a sandbox has no provider that could send any`];
  if (!RECEIPTS_MODES.includes(receipts)) {
    return [`${where}: must be ${RECEIPTS_MODES.join(' or ')}, ${check.got(receipts)}`];
  }
  return receipts === 'confirmed' || PROVIDERS[provider]?.receiptKeyFields !== undefined
    ? []
    : [`${where}: must be confirmed, as the room cannot check who signed receipts of ${provider}, got "signed"`];
};

const inboundProblems = (where: string, { inbound, receipts, dataStewards, provider }: RoomConfig): check.Problems => {
  if (inbound === undefined) return [];
  if (!INBOUND_MODES.includes(inbound))
    return [`${where}: must be ${INBOUND_MODES.join(' or ')}, ${check.got(inbound)}`];
  return [
    ...(PROVIDERS[provider]?.tellsInbound
      ? []
      : [`${where}: must be left out, as how ${provider} passes on what people write is not documented`]),
    ...(receipts === undefined
      ? [`${where}: must be left out without receipts, as both come in by the same door`]
      : []),
    ...(dataStewards?.length
      ? []
      : [`${where}: must be left out without dataStewards, who alone are told the address to enter at the provider`]),
  ];
};

const templateProblems = (room: string, id: string, template: TemplateConfig, provider: string): check.Problems => {
  const where = `${room}.templates.${id}`;
  const params = template.params ?? [];
  const ids = PROVIDERS[provider]?.templateIds;
  return [
    ...check.name(where, id, 64),
    ...(template.providerTemplate.trim() === '' ? [`${where}.providerTemplate: must not be empty`] : []),
    ...(template.languages.length > 0 ? [] : [`${where}.languages: must name at least one language, got none`]),
    ...(ids === undefined || ids.pattern.test(template.providerTemplate)
      ? []
      : [`${where}.providerTemplate: must be ${ids.label}, ${check.got(template.providerTemplate)}`]),
    ...(ids === undefined || template.languages.length <= 1
      ? []
      : [`${where}.languages: must be one, as ${ids.label} has one language, got ${template.languages.length}`]),
    ...check.duplicates(params).map((param) => `${where}.params: must not name ${JSON.stringify(param)} twice`),
  ];
};

const onCallProblems = (where: string, onCall: OnCallConfig): check.Problems => {
  const named = [...(onCall.pages ?? []), ...(onCall.tickets ?? [])].flatMap((to) => ('queue' in to ? [to.queue] : []));
  return [
    ...(onCall.pages ?? []).flatMap((to) => subscriberProblems(`${where}.pages`, to)),
    ...(onCall.tickets ?? []).flatMap((to) => subscriberProblems(`${where}.tickets`, to)),
    ...check.duplicates(named).map((queue) => `${where}: must not name the queue ${JSON.stringify(queue)} twice`),
  ];
};

const subscriberProblems = (where: string, to: Subscriber): check.Problems => {
  if ('email' in to) return check.email(`${where}.email`, to.email);
  if ('https' in to) return check.httpsUrl(`${where}.https`, to.https);
  return check.name(`${where}.queue`, to.queue, 20);
};
