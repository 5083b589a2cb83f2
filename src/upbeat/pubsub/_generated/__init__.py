"""What `tools/build_pubsub.py` makes of pubsub_api.proto. Do not edit."""
