import type { Template } from 'aws-cdk-lib/assertions';

import { about, resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom } from '../support/synth.ts';

/** A template's value in words: references by their logical ids. */
const flat = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, Ref: ref, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
  if (join) return (join as [string, unknown[]])[1].map(flat).join('');
  return ref === undefined ? (attribute as string[]).join('.') : (ref as string);
};

interface Widget {
  readonly properties: { readonly title?: string; readonly alarms?: string[]; readonly metrics?: unknown[][] };
}

const widgets = (template: Template = otpRoom()) =>
  (
    JSON.parse(flat(resource(template, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody)) as {
      widgets: Widget[];
    }
  ).widgets.map(({ properties }) => properties);

describe('RoomDashboard', () => {
  test('is called as the right of whoever is on call says', () => {
    const { DashboardName: name } = resource(otpRoom(), 'AWS::CloudWatch::Dashboard').Properties;
    expect(name).toBe('keyroom-production-otp');
    const [right] = about(roleStatements(otpRoom(), /^IncidentOnCallRights/), 'cloudwatch:GetDashboard');
    expect(flat(right?.Resource)).toMatch(new RegExp(`:dashboard/${String(name)}$`));
  });

  test('shows every alarm of the room', () => {
    const shown = widgets().flatMap(({ alarms = [] }) => alarms);
    const all = resources(otpRoom(), 'AWS::CloudWatch::Alarm').map(([id]) => `${id}.Arn`);
    expect(all.length).toBeGreaterThan(20);
    expect([...shown].sort()).toEqual(all.sort());
  });

  test('draws what is sent, what the verdict is made of, what fails, what waits and how old the key is, of this room', () => {
    const drawn = widgets().flatMap(({ metrics = [] }) => metrics as string[][]);
    const ours = drawn.filter(([namespace]) => namespace === 'Keyroom');
    expect(ours.map(([, name]) => name).sort()).toEqual([
      'Announced',
      'KeyAgeHours',
      'KnownForeignUse',
      'ManagingKeyAgeHours',
      'Messages',
      'NewCountries',
      'NotSent',
      'Refused',
      'SpendAtRisk',
      'Surplus',
      'UnknownOutcome',
      'UnknownUnsettled',
      'VolumeExcess',
    ]);
    expect(ours.every(([, , dimension, room]) => dimension === 'Room' && room === 'otp')).toBe(true);
    expect(drawn.filter(([namespace]) => namespace === 'AWS/SQS')).toHaveLength(4);
  });

  test('draws the line at which somebody is paged', () => {
    const sent = widgets().find(({ title }) => title === 'Sent a minute');
    expect(JSON.stringify(sent)).toMatch(/"value":300/);
  });
});
