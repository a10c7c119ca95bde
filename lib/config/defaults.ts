/** Every default of the configuration, in one place, so that code and documents cannot disagree. */
export const DEFAULTS = {
  cidr: '10.68.0.0/24',
  bootstrapQualifier: 'hnb659fds',
  rotateEvery: { days: 30 },
  /** Twice a year: a person has to do it, and somebody who left may still know the secret. */
  swapEvery: { days: 180 },
  throttlingRatePerSecond: 50,
  throttlingBurst: 100,
  /** Half of what the door admits over all apps. */
  messagesPerSecond: 25,
  /** What a business number bears unless Meta raises it. https://developers.facebook.com/docs/whatsapp/throughput */
  messagesPerSecondOnWhatsApp: 80,
  messagesPerDay: 1000,
  /** A month may have so many full days. */
  fullDaysPerMonth: 20,
  /** What the field's fraud guides start from for countries other than one's own. */
  internationalMessagesPerDay: 100,
  segmentsPerMessage: 3,
  /** A code and one repeat; then ever fewer, so that the time between two of them grows. */
  codesPerRecipientPerMinute: 2,
  codesPerRecipientPerTenMinutes: 4,
  messagesPerRecipientPerHour: 6,
  messagesPerRecipientPerDay: 12,
  messagesPerPrefixPerHour: 100,
  /** Four changes of an app key a year. */
  appKeyDays: 90,
  messagesPerMinuteCeiling: 300,
  messagesPerMinuteJump: 100,
  failuresPerMinuteCeiling: 5,
  keyCacheSeconds: 300,
  /** At least the cache's age, the longest invocation and the time a provider needs to spread a new key. */
  keyGraceSeconds: 900,
  sweepEveryMinutes: 60,
} as const;
