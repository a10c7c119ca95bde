import type { Page } from './use-cases/page.ts';
import type { Subscriber, SubscriberKind } from './subscribers-contract.ts';

/**
 * What a chat that is compatible with Slack takes: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 *
 * Not cut: Slack cuts what is longer than it shows, and another chat may show more.
 */
const text = ({ text: words }: Page): object => ({ text: words });

/** How PagerDuty names severities; a drill wakes nobody where a service's urgency goes by severity. */
const severityOf = ({ isDrill, severity }: Page): string => {
  if (isDrill) return 'info';
  return severity === 'page' ? 'critical' : 'warning';
};

/** Longest summary that PagerDuty takes. */
const MOST_SUMMARY = 1024;

/**
 * An event of PagerDuty's Events API v2. The alarm's name is the key by which it knows the same alarm again and, when it
 * has ended, resolves it.
 *
 * https://developer.pagerduty.com/docs/send-alert-event
 */
const pagerduty = (page: Page, { routingKey = '' }: Subscriber): object => ({
  routing_key: routingKey,
  event_action: page.state === 'alarm' ? 'trigger' : 'resolve',
  dedup_key: page.alarmName,
  payload: {
    summary: page.title.slice(0, MOST_SUMMARY),
    source: `keyroom/${page.environment}/${page.room}`,
    severity: severityOf(page),
    timestamp: page.at,
    component: page.room,
    group: page.environment,
    class: page.alarm,
    custom_details: { text: page.text },
  },
});

/** The version rises when a field changes its meaning or goes; new fields may come at any time. */
const json = (page: Page): object => ({ version: 1, ...page });

/** What is posted to each kind of subscriber. */
export const BODIES: Readonly<Record<SubscriberKind, (page: Page, subscriber: Subscriber) => object>> = {
  text,
  pagerduty,
  json,
};
