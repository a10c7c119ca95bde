"""Infobip's own Python client, driving the simulator: nobody here wrote what it sends or how it reads answers.

Arguments: the simulator's address, the file of its CA, an API key with every scope that is used, and one without.
Prints one JSON object: what each operation came to, by name.
"""

import json
import sys

from infobip_api_client import (
    ApiClient,
    Configuration,
    MessagesApi,
    MessagesApiMessage,
    MessagesApiMessageContent,
    MessagesApiMessageTextBody,
    MessagesApiOutboundMessageChannel,
    MessagesApiRequest,
    MessagesApiRequestMessagesInner,
    MessagesApiToDestination,
    SmsApi,
    SmsDestination,
    SmsMessage,
    SmsMessageContent,
    SmsPreviewRequest,
    SmsRequest,
    SmsTextContent,
    ViberApi,
    ViberLabel,
    ViberMessage,
    ViberMessageOptions,
    ViberOutboundTextContent,
    ViberRequest,
    ViberToDestination,
)
from infobip_api_client.exceptions import ApiException
from infobip_api_client.models.messages_api_message_destination import MessagesApiMessageDestination

BASE_URL, CA_FILE, KEY, POOR_KEY = sys.argv[1:]
SENDER = "447860099299"
RECIPIENT = "41790000000"
done: dict[str, object] = {}


def client(key: str) -> ApiClient:
    return ApiClient(Configuration(host=BASE_URL, api_key=key, ssl_ca_cert=CA_FILE, retries=0))


def refused(call) -> dict[str, object]:
    try:
        call()
    except ApiException as error:
        return {"error": type(error).__name__, "status": error.status}
    return {"error": None}


def sms(*ids: str) -> SmsRequest:
    content = SmsMessageContent(SmsTextContent(text="Your code is 123456"))
    destinations = [SmsDestination(to=RECIPIENT, message_id=each) for each in ids]
    return SmsRequest(messages=[SmsMessage(sender="AcmeCo", destinations=destinations, content=content)])


def drive_sms() -> None:
    api = SmsApi(client(KEY))
    sent = api.send_sms_messages(sms_request=sms("sms-1"))
    done["sms: send"] = [(each.message_id, each.status.name, each.details.message_count) for each in sent.messages]
    sent = api.send_sms_messages(sms_request=sms("sms-2", "sms-3"))
    done["sms: send to two"] = [(each.message_id, each.status.group_name) for each in sent.messages]
    again = api.send_sms_messages(sms_request=sms("sms-1"))
    done["sms: send an id again"] = [each.status.name for each in again.messages]
    preview = api.preview_sms_message(sms_preview_request=SmsPreviewRequest(text="a" * 161))
    done["sms: preview"] = [each.message_count for each in preview.previews]
    log = api.get_outbound_sms_message_logs(message_id=["sms-1"]).results[0]
    done["sms: log of one"] = [log.message_id, log.destination, log.status.name, log.price.currency, log.message_count]
    page = api.get_outbound_sms_message_logs(limit=2, use_cursor=True)
    done["sms: first page of logs"] = [each.message_id for each in page.results]
    page = api.get_outbound_sms_message_logs(limit=2, use_cursor=True, cursor=page.cursor.next_cursor)
    done["sms: last page of logs"] = [[each.message_id for each in page.results], page.cursor.next_cursor]
    reports = api.get_outbound_sms_message_delivery_reports(message_id="sms-1")
    done["sms: reports"] = [(each.message_id, each.to, each.status.name) for each in reports.results]
    reports = api.get_outbound_sms_message_delivery_reports(message_id="sms-1")
    done["sms: reports a second time"] = reports.results


def drive_viber() -> None:
    api = ViberApi(client(KEY))
    message = ViberMessage(
        sender="AcmeCo",
        destinations=[ViberToDestination(to=RECIPIENT, message_id="viber-1")],
        content=ViberOutboundTextContent(text="Order shipped"),
        options=ViberMessageOptions(label=ViberLabel.TRANSACTIONAL),
    )
    sent = api.send_viber_messages(viber_request=ViberRequest(messages=[message]))
    done["viber: send"] = [(each.message_id, each.status.name) for each in sent.messages]
    logs = api.get_outbound_viber_message_logs(message_id=["viber-1"])
    done["viber: log of one"] = [(each.message_id, each.destination, each.status.name) for each in logs.results]
    reports = api.get_outbound_viber_message_delivery_reports()
    done["viber: reports"] = [(each.message_id, each.status.name) for each in reports.results]


def drive_messages_api() -> None:
    api = MessagesApi(client(KEY))

    def over(channel: str) -> MessagesApiRequestMessagesInner:
        to = MessagesApiMessageDestination(MessagesApiToDestination(to=RECIPIENT, message_id=f"any-{channel}"))
        message = MessagesApiMessage(
            channel=MessagesApiOutboundMessageChannel(channel),
            sender=SENDER,
            destinations=[to],
            content=MessagesApiMessageContent(body=MessagesApiMessageTextBody(text="hi")),
        )
        return MessagesApiRequestMessagesInner(message)

    for channel in ("SMS", "WHATSAPP", "VIBER_BM"):
        sent = api.send_messages_api_message(messages_api_request=MessagesApiRequest(messages=[over(channel)]))
        done[f"any channel: send over {channel}"] = [
            (each.message_id, each.status.group_name) for each in sent.messages
        ]
    reports = api.get_messages_api_delivery_reports(message_id="any-WHATSAPP")
    done["any channel: report of WhatsApp"] = [
        (each.message_id, each.channel.value, each.status.name) for each in reports.results
    ]


def drive_refusals() -> None:
    unknown = SmsApi(client("0123456789abcdef0123456789abcdef-00000000-0000-0000-0000-000000000000"))
    done["refused: an unknown key"] = refused(lambda: unknown.send_sms_messages(sms_request=sms("x")))
    poor = SmsApi(client(POOR_KEY))
    done["refused: a key without the scope"] = refused(lambda: poor.get_outbound_sms_message_logs())
    nobody = SmsRequest(messages=[SmsMessage(destinations=[], content=SmsMessageContent(SmsTextContent(text="x")))])
    rich = SmsApi(client(KEY))
    done["refused: a message to nobody"] = refused(lambda: rich.send_sms_messages(sms_request=nobody))


drive_sms()
drive_viber()
drive_messages_api()
drive_refusals()
print(json.dumps(done))
