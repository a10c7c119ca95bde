"""One module per behaviour that the bare server lacks. Each says what AWS does, what happens without it, and how it is
mended; each declares what it relies on (see `guard`) and offers `apply(settings)`. Order matters only where a comment
says so.
"""

from emulator.patches import (
    alarm_functions,
    alarms,
    cfn_dropped_properties,
    cfn_misc,
    cfn_network,
    cfn_secret_ref,
    cfn_secrets,
    encrypted_delivery,
    event_keys,
    event_sources,
    function_policies,
    gateway_context,
    gateway_denials,
    iam_context,
    lambda_actions,
    leading_keys,
    listeners,
    log_metrics,
    rest_api,
    rotation,
    secret_kms,
    secret_versions,
    service_metrics,
    trail_events,
    vpc_endpoints,
)

PATCHES = (
    cfn_network,
    cfn_secrets,
    cfn_misc,
    cfn_secret_ref,
    cfn_dropped_properties,
    secret_versions,
    rotation,
    iam_context,
    # These wrap the policy check in turn: a call must be allowed by its policies, then by the endpoint it goes
    # through, then by the key behind the secret.
    vpc_endpoints,
    secret_kms,
    leading_keys,
    lambda_actions,
    encrypted_delivery,
    event_keys,
    event_sources,
    log_metrics,
    alarms,
    alarm_functions,
    function_policies,
    rest_api,
    gateway_context,
    gateway_denials,
    service_metrics,
    trail_events,
    listeners,
)
