# What the scripts beside this one share. They need curl and jq.
#
#   URL       where the server is (http://localhost:4000)
#   HANDLE    who asks, with PASSWORD

URL=${URL:-http://localhost:4000}
: "${HANDLE:?Set HANDLE and PASSWORD}" "${PASSWORD:?Set HANDLE and PASSWORD}"
TOKEN=

# ask QUERY VARIABLES prints the answer. Fails where there is none.
ask() {
  curl --silent --show-error --max-time 40 "$URL/graphql" \
    --header 'content-type: application/json' ${TOKEN:+--header "authorization: Bearer $TOKEN"} \
    --data "$(jq --null-input --arg query "$1" --argjson variables "$2" '{$query, $variables}')"
}

# code ANSWER prints the code of the error that it holds, if any.
code() {
  jq --raw-output '.errors[0].extensions.code // empty' <<<"$1"
}

# log_in fails where it may succeed later, and ends the script where handle or password are wrong.
log_in() {
  local answer
  TOKEN=
  answer=$(ask 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }' \
    "$(jq --null-input --arg handle "$HANDLE" --arg password "$PASSWORD" '{input: {$handle, $password}}')") || return
  TOKEN=$(jq --raw-output '.data.logIn.accessToken // empty' <<<"$answer")
  [ -n "$TOKEN" ] && return
  echo "Not logged in: $(code "$answer")" >&2
  [ "$(code "$answer")" = UNAUTHENTICATED ] && exit 1
  return 1
}

UPDATES='query ($after: [ChannelPosition!]!, $wait: Int!) {
  updates(after: $after, wait: $wait) {
    more
    events {
      __typename sequence channel { id name }
      ... on MessageSent { message { text sender { name } } }
    }
  }
}'

# The newest sequence that has been printed, of each channel. A channel that is not in it starts at the checkpoint.
POSITIONS='[]'
MORE=false

# updates WAIT prints the messages since POSITIONS, and moves them on; waits WAIT seconds for one. Fails where there is no answer: then the next
# call asks for the same again.
updates() {
  local answer
  answer=$(ask "$UPDATES" "$(jq --null-input --argjson after "$POSITIONS" --argjson wait "$1" '{$after, $wait}')") || return
  case $(code "$answer") in
    '') ;;
    UNAUTHENTICATED) log_in; return ;;
    *) echo "No updates: $(code "$answer")" >&2; return 1 ;;
  esac
  jq --raw-output '.data.updates.events[] | select(.message) |
    "\(.channel.name // "direct")  \(.message.sender.name): \(.message.text)"' <<<"$answer"
  POSITIONS=$(jq --compact-output --argjson positions "$POSITIONS" '
    $positions + [.data.updates.events[] | select(.sequence) | {channelId: .channel.id, sequence}]
    | group_by(.channelId) | map(max_by(.sequence))' <<<"$answer")
  MORE=$(jq '.data.updates.more' <<<"$answer")
}
