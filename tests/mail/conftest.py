from tests.mail.fixtures import broker_down, fresh_connection, greeting, nudged, queue, sink

__all__ = ["broker_down", "fresh_connection", "greeting", "nudged", "queue", "sink"]
