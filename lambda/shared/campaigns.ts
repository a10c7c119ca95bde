import type { Plain } from './aws/attribute-value.ts';

/** Messages that somebody announced, so that they do not page. */
export interface Campaign {
  /** Whose messages they are. */
  readonly app: string;
  readonly messagesPerMinute: number;
  /** ISO 8601. */
  readonly from: string;
  /** ISO 8601. */
  readonly until: string;
}

/** The attribute of the room's item (`room#state`) that holds the campaigns: a list of {@link Campaign}. */
export const CAMPAIGNS = 'campaigns';

/** The campaigns in the room's item; what is none is left out. */
export const campaignsIn = (item: Readonly<Record<string, Plain>> | undefined): readonly Campaign[] => {
  const list = item?.[CAMPAIGNS];
  return Array.isArray(list) ? (list as readonly unknown[]).filter(isCampaign) : [];
};

const isCampaign = (value: unknown): value is Campaign => {
  const { app, messagesPerMinute, from, until } = (value ?? {}) as Partial<Record<keyof Campaign, unknown>>;
  return (
    typeof app === 'string' &&
    typeof messagesPerMinute === 'number' &&
    typeof from === 'string' &&
    typeof until === 'string'
  );
};

/** Messages a minute that are announced for an app at a moment. @param now milliseconds since the epoch */
export const announcedPerMinute = (campaigns: readonly Campaign[], app: string, now: number): number =>
  campaigns
    .filter((campaign) => campaign.app === app && Date.parse(campaign.from) <= now && now < Date.parse(campaign.until))
    .reduce((sum, { messagesPerMinute }) => sum + messagesPerMinute, 0);
