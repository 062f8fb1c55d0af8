/**
 * What one server knows, each key after the prefix:
 * `epoch`           when this memory began: one that comes back empty has another.
 * `leases`          each holder (a node's process) with when it last showed itself.
 * `users:HOLDER`    the users whom it keeps.
 * `holders:USER`    the holders who keep the user. A user is online as long as there is one.
 * `fading`          how many users each holder had when its lease had run out.
 * All times are the server's own.
 */
const PROLOGUE = `
local time = redis.call('TIME')
local order = time[1] * 1000000 + time[2]
local now = math.floor(order / 1000)
local prefix = KEYS[1]
local epoch = redis.call('GET', prefix .. 'epoch')
if not epoch then
  epoch = string.format('%.0f', now)
  redis.call('SET', prefix .. 'epoch', epoch)
end
`;

/** Begins a holder. ARGV: the holder. Gives the epoch. */
export const ENTER = `${PROLOGUE}
redis.call('ZADD', prefix .. 'leases', now, ARGV[1])
return epoch
`;

/**
 * Renews a lease, adds users and lets users go. ARGV: holder, epoch, lease ms, how many users the server has of it (-1: not known), how
 * many are added; then those, then those who go. Does so only where the state is 'kept'; otherwise the memory is another one
 * ('forgotten'), the lease has run out ('lapsed') or it is not all there ('miscounted'). Gives the state, a number that grows with
 * time, how many users there are now, who came online by it and who went offline.
 */
export const SETTLE = `${PROLOGUE}
local holder, count = ARGV[1], tonumber(ARGV[4])
local users = prefix .. 'users:' .. holder
local shown = redis.call('ZSCORE', prefix .. 'leases', holder)
if ARGV[2] ~= epoch then return {'forgotten', order, 0, {}, {}} end
if not shown or now - shown > tonumber(ARGV[3]) then return {'lapsed', order, 0, {}, {}} end
if count >= 0 and redis.call('SCARD', users) ~= count then return {'miscounted', order, 0, {}, {}} end
redis.call('ZADD', prefix .. 'leases', now, holder)
local came, went = {}, {}
local added = tonumber(ARGV[5])
for index = 6, #ARGV do
  local user = ARGV[index]
  local holders = prefix .. 'holders:' .. user
  if index < 6 + added then
    redis.call('SADD', users, user)
    if redis.call('SCARD', holders) == 0 then came[#came + 1] = user end
    redis.call('SADD', holders, holder)
  else
    redis.call('SREM', users, user)
    redis.call('SREM', holders, holder)
    if redis.call('SCARD', holders) == 0 then went[#went + 1] = user end
  end
end
return {'kept', order, redis.call('SCARD', users), came, went}
`;

/**
 * Lets go of the users of holders whose lease has run out: evenly over a while from then, whoever calls and however often. ARGV:
 * lease ms, spread ms, how many at most. Gives whether any holder still fades, a number that grows with time, and who went offline, each
 * followed by when they were last known to be online.
 */
export const REAP = `${PROLOGUE}
local leaseMs, spreadMs, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local dead = redis.call('ZRANGEBYSCORE', prefix .. 'leases', '-inf', '(' .. string.format('%.0f', now - leaseMs), 'WITHSCORES', 'LIMIT', 0, 100)
local went, fading = {}, 0
for index = 1, #dead, 2 do
  local holder, shown = dead[index], tonumber(dead[index + 1])
  local users = prefix .. 'users:' .. holder
  local left = redis.call('SCARD', users)
  redis.call('HSETNX', prefix .. 'fading', holder, left)
  local first = tonumber(redis.call('HGET', prefix .. 'fading', holder))
  local part = math.min(1, (now - shown - leaseMs) / spreadMs)
  local due = math.min(left - math.floor(first * (1 - part)), room)
  if due > 0 then
    room = room - due
    left = left - due
    for _, user in ipairs(redis.call('SPOP', users, due)) do
      local holders = prefix .. 'holders:' .. user
      redis.call('SREM', holders, holder)
      if redis.call('SCARD', holders) == 0 then
        went[#went + 1] = user
        went[#went + 1] = shown
      end
    end
  end
  if left == 0 then
    redis.call('ZREM', prefix .. 'leases', holder)
    redis.call('HDEL', prefix .. 'fading', holder)
  else
    fading = 1
  end
end
return {fading, order, went}
`;

/** Who is online. ARGV: users. Gives for how long the server has had its memory, and those of them who are. */
export const READ = `${PROLOGUE}
local online = {}
for _, user in ipairs(ARGV) do
  if redis.call('EXISTS', prefix .. 'holders:' .. user) == 1 then online[#online + 1] = user end
end
return {now - epoch, online}
`;
