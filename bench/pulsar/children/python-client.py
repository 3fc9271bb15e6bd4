# The same messages by Python's pulsar-client: one client, one producer, send_async, batching.
import json
import resource
import sys
import threading
import time

import pulsar

given = json.loads(sys.argv[1])
with open(given["messages"], encoding="utf-8") as file:
    messages = [json.loads(line) for line in file]

client = pulsar.Client(given["url"], logger=pulsar.ConsoleLogger(pulsar.LoggerLevel.Error))
producer = client.create_producer(
    given["topic"],
    batching_enabled=True,
    batching_max_messages=given["batch"]["messages"],
    batching_max_publish_delay_ms=given["batch"]["delayMs"],
    max_pending_messages=given["inFlight"],
    # Waits for room, without holding Python's lock.
    block_if_queue_full=True,
)

confirmed = 0
failure = None
stopped = threading.Event()


def on_confirmed(result, message_id):
    global confirmed, failure
    if result == pulsar.Result.Ok:
        confirmed += 1
    else:
        failure = result


def send():
    number = 0
    while not stopped.is_set() and failure is None:
        message = messages[number % len(messages)]
        producer.send_async(
            message["text"].encode("utf-8"),
            on_confirmed,
            properties={"idempotencyKey": message["idempotencyKey"]},
            partition_key=message["key"],
        )
        number += 1


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


sender = threading.Thread(target=send)
sender.start()
time.sleep(given["warmUpMs"] / 1000)
before = (time.monotonic(), cpu_seconds(), confirmed)
time.sleep(given["measureMs"] / 1000)
seconds, cpu, count = (now - then for now, then in zip((time.monotonic(), cpu_seconds(), confirmed), before))
stopped.set()
sender.join()
producer.flush()
client.close()
if failure is not None:
    sys.exit(f"not confirmed: {failure}")
print(json.dumps({"perSecond": count / seconds, "cpuMicroseconds": cpu * 1e6 / count}))
