#!/usr/bin/env bash
# Sends one message, as often as it takes, and it is there once:
#   HANDLE=ada PASSWORD='correct horse battery' examples/curl/send.sh CHANNEL_ID TEXT
. "$(dirname "$0")/parley.sh"

SEND='mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id sequence } } }'
# Chosen once: whichever try comes through, it is the same message.
NONCE=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)
input=$(jq --null-input --arg channelId "${1:?CHANNEL_ID}" --arg text "${2:?TEXT}" --arg nonce "$NONCE" '{input: {$channelId, $text, $nonce}}')

until log_in; do sleep 2; done
while true; do
  if answer=$(ask "$SEND" "$input"); then
    case $(code "$answer") in
      '') jq --compact-output '.data.sendMessage.message' <<<"$answer"; exit ;;
      UNAVAILABLE | RATE_LIMITED | INTERNAL_SERVER_ERROR) ;;
      UNAUTHENTICATED) log_in ;;
      *) echo "Not sent: $(code "$answer")" >&2; exit 1 ;;
    esac
  fi
  sleep 1
done
