#!/usr/bin/env bash
# Prints every message of one's channels within a second, without holding a socket:
#   HANDLE=ada PASSWORD='correct horse battery' examples/curl/long-poll.sh
. "$(dirname "$0")/parley.sh"

until log_in; do sleep 2; done
# The server answers as soon as there is something, or with nothing after twenty seconds.
while true; do
  updates 20 || sleep 2
done
