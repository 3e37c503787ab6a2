-- Puts ARGV[1] into the sorted set KEYS[1], once, unless the set may have been without it before.
-- ARGV: the digest, when it was issued, when it expires, and the clock tolerance, in milliseconds.

local info = redis.call('INFO', 'server', 'replication')
-- What a line says. Plain text is found much sooner than a pattern.
local function field(name, pattern)
  local _, colon = info:find('\n' .. name .. ':', 1, true)
  return colon and info:match(pattern, colon + 1)
end

if field('role', '^%a+') ~= 'master' then
  return redis.error_reply('READONLY this is a replica')
end
local process = field('run_id', '^%x*[1-9a-f]%x*')
local history = field('master_replid', '^%x*[1-9a-f]%x*')
if not (process and history) then
  return redis.error_reply('ERR the server does not tell which process it is')
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local issued, expires, tolerance = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

-- The marker. Its score is negative, and those of digests are not.
local marker = process .. ' ' .. history
local began = redis.call('ZSCORE', KEYS[1], marker)
if not began then
  redis.call('UNLINK', KEYS[1])
  redis.call('ZADD', KEYS[1], -now, marker)
  return 'begun'
end

if issued > now + tolerance then
  return 'ahead'
end
local trusted = 2 * tolerance - began
if issued <= trusted then
  -- Until then a new one would be refused too.
  return now <= trusted and 'young' or 'before'
end
if expires <= now then
  return 'expired'
end
if redis.call('ZADD', KEYS[1], 'NX', expires, ARGV[1]) == 0 then
  return 'used'
end

-- One comes, up to ten that have expired go: it takes no time, and the set follows the traffic.
local expired = redis.call('ZRANGE', KEYS[1], '(0', now, 'BYSCORE', 'LIMIT', 0, 10)
if #expired > 0 then
  redis.call('ZREM', KEYS[1], unpack(expired))
end
return 'first'
