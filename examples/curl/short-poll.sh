#!/usr/bin/env bash
# Looks for messages every EVERY seconds, as a job on a timer does:
#   HANDLE=ada PASSWORD='correct horse battery' examples/curl/short-poll.sh
. "$(dirname "$0")/parley.sh"

until log_in; do sleep 2; done
while true; do
  updates 0 && [ "$MORE" = true ] && continue
  sleep "${EVERY:-5}"
done
