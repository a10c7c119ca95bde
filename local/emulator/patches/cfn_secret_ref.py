"""Ref of a secret is its ARN.

On AWS `Ref` of `AWS::SecretsManager::Secret` is the full ARN with the six random characters. The bare server gives the
name, so every policy that a stack writes from the Ref names no resource at all and denies under enforcement. The
handlers keep working on the name inside; only the physical id changes.
"""

from __future__ import annotations

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from emulator.settings import Settings
from emulator.support import Created, Props

RELIES_ON = (
    "services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "services.cloudformation.provisioners:_sm_secret_create(logical_id, props, stack_name)",
    "services.cloudformation.provisioners:_sm_secret_delete(physical_id, props)",
    "services.cloudformation.provisioners:_sm_secret_update(physical_id, old_props, new_props, stack_name, logical_id)",
    "services.secretsmanager:_resolve(secret_id)",
)
ADDS_TYPES = ()


def name_of(physical_id: str) -> str:
    name, _ = secretsmanager._resolve(physical_id)
    return name or physical_id


def create(logical_id: str, props: Props, stack_name: str) -> Created:
    _, attributes = provisioners._sm_secret_create(logical_id, props, stack_name)
    return attributes["Arn"], attributes


def update(physical_id: str, old: Props, new: Props, stack_name: str, logical_id: str | None = None) -> Created:
    _, attributes = provisioners._sm_secret_update(name_of(physical_id), old, new, stack_name, logical_id)
    return attributes["Arn"], attributes


def delete(physical_id: str, props: Props) -> None:
    provisioners._sm_secret_delete(name_of(physical_id), props)


def apply(settings: Settings) -> None:
    provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"].update(create=create, update=update, delete=delete)
