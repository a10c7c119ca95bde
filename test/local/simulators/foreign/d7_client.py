"""D7's own Python client, driving the simulator: nobody here wrote what it sends or how it reads answers.

Arguments: the simulator's address, the file of its CA, and a token.
Prints one JSON object: what each operation came to, by name.
"""

import json
import sys
from collections.abc import Callable

from direct7 import Client

BASE_URL, CA_FILE, TOKEN = sys.argv[1:]
RECIPIENT = "+971500000001"
done: dict[str, object] = {}


def client(token: str) -> Client:
    made = Client(api_token=token)
    made.host(BASE_URL)
    made.session.verify = CA_FILE
    made.session.trust_env = False
    return made


def shown(report: dict) -> list:
    return [(each["recipient"], each["status"]) for each in report["messages"]]


def refused(call: Callable[[], object]) -> str:
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return "not at all"


d7 = client(TOKEN)
sms = {"recipients": [RECIPIENT, "+971500000002"], "content": "Greetings from D7 API"}
sent = d7.sms.send_messages(sms, originator="SignOTP", report_url="https://example.com/receipts", tag="order-8841")
done["sms: send to two"] = sent["status"]
done["sms: status"] = shown(d7.sms.get_status(request_id=sent["request_id"]))

sent = d7.viber.send_viber_message(
    recipients=[RECIPIENT],
    content="Greetings from D7 API",
    label="TRANSACTION",
    originator="INFO2WAY",
    call_back_url="https://example.com/receipts",
)
done["viber: send"] = sent["status"]
done["viber: status"] = shown(d7.viber.get_status(request_id=sent["request_id"]))

sent = d7.whatsapp.send_whatsapp_freeform_message(
    originator="+971500000000", recipient=RECIPIENT, message_type="TEXT", body="Greetings from D7 API"
)
done["whatsapp: send a text"] = sent["status"]
sent = d7.whatsapp.send_whatsapp_templated_message(
    originator="+971500000000",
    recipient=RECIPIENT,
    template_id="otp_v1",
    language="en",
    body_parameter_values={"0": "123456"},
)
done["whatsapp: send a template"] = sent["status"]
# The client asks for version 1 of this report; the documentation has version 2 alone, and so has the simulator.
done["whatsapp: status"] = refused(lambda: d7.whatsapp.get_status(request_id=sent["request_id"]))

done["refused: a bad token"] = refused(lambda: client("nonsense").sms.send_messages(sms, originator="SignOTP"))
done["refused: a recipient that is none"] = refused(
    lambda: d7.sms.send_messages({"recipients": ["x"], "content": "hi"}, originator="SignOTP")
)
done["refused: an id nobody knows"] = refused(lambda: d7.sms.get_status(request_id="none"))
done["refused: nobody can pay"] = refused(
    lambda: d7.sms.send_messages({"recipients": [RECIPIENT], "content": "x" * 10_000}, originator="SignOTP")
)
print(json.dumps(done))
