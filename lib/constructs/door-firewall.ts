import { type RemovalPolicy, Names } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { MAX_BODY_BYTES } from '../../lambda/send/contract.ts';
import { problemDocument, TOO_LARGE } from './gateway-problems.ts';
import { GuardedLogGroup } from './guarded-log-group.ts';

/** How the log is kept. */
export interface DoorFirewallProps {
  /** Encrypts the logs. */
  readonly logKey: kms.IKey;
  /** What becomes of data and logs when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/** WAF knows no variable for a request's id, and only `application/json` as the type of what it says. */
const REFUSAL = problemDocument(TOO_LARGE, 'none');

/**
 * Refuses bodies over 32 KiB before they cost a function call: API Gateway itself has no setting below 10 MB.
 *
 * No rule counts requests per address: apps behind one NAT share it, and the door's throttling counts already.
 */
export class DoorFirewall extends Construct {
  private readonly logGroup: GuardedLogGroup;
  private readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: DoorFirewallProps) {
    super(scope, id);
    const visibilityConfig = (metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      // A sample would keep whole requests, with the headers that sign them.
      sampledRequestsEnabled: false,
    });
    const webAcl = new wafv2.CfnWebACL(this, 'Resource', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibilityConfig('Door'),
      // WAF looks at the first 32 KiB and calls everything longer oversize.
      associationConfig: { requestBody: { API_GATEWAY: { defaultSizeInspectionLimit: 'KB_32' } } },
      customResponseBodies: { tooLarge: { contentType: 'APPLICATION_JSON', content: JSON.stringify(REFUSAL) } },
      rules: [
        {
          name: 'BodyTooLarge',
          priority: 0,
          statement: {
            sizeConstraintStatement: {
              fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
              comparisonOperator: 'GT',
              size: MAX_BODY_BYTES,
              textTransformations: [{ priority: 0, type: 'NONE' }],
            },
          },
          action: { block: { customResponse: { responseCode: 413, customResponseBodyKey: 'tooLarge' } } },
          visibilityConfig: visibilityConfig('BodyTooLarge'),
        },
      ],
    });
    this.webAclArn = webAcl.attrArn;
    this.logGroup = this.log(webAcl.attrArn, props);
  }

  /** Puts it before a stage of a door: one for all doors of a room. */
  guard(door: Construct, stageArn: string): void {
    new wafv2.CfnWebACLAssociation(door, 'Firewall', { resourceArn: stageArn, webAclArn: this.webAclArn });
  }

  /** Log events in which a key or a phone number was found, per minute. */
  metricForbiddenInLog(): cloudwatch.IMetric {
    return this.logGroup.metricForbiddenInLog();
  }

  /** What was refused, without what signs a request. */
  private log(webAclArn: string, props: DoorFirewallProps): GuardedLogGroup {
    const logGroup = new GuardedLogGroup(this, 'LogGroup', {
      // WAF writes to groups with this prefix only.
      logGroupName: `aws-waf-logs-${Names.uniqueResourceName(this, { maxLength: 60 })}`,
      encryptionKey: props.logKey,
      removalPolicy: props.removalPolicy,
    });
    new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: webAclArn,
      logDestinationConfigs: [logGroup.logGroupArn],
      redactedFields: [
        ...['authorization', 'x-amz-security-token'].map((name) => ({ singleHeader: { Name: name } })),
        { uriPath: {} },
        { queryString: {} },
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          { Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] },
        ],
      },
    });
    return logGroup;
  }
}
