-- Puts ARGV[1] into the sorted set KEYS[1], once, unless the set may have been without it before.
-- ARGV: the digest; when it was issued, when it expires, the clock tolerance and what the clock of the instance
-- that asks says, in milliseconds; and a name of the question, which no other one has.

-- Each answer says which question it is to: one that belongs to another is then nobody's.
local function answer(word)
  return word .. ' ' .. ARGV[6] .. ARGV[1]
end

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
local issued, expires, tolerance, asked =
  tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

-- The marker, and the watermark: what expires no later may have been dropped. Their scores are negative, and
-- those of digests are not.
local marker = process .. ' ' .. history
local scores = redis.call('ZMSCORE', KEYS[1], marker, 'dropped')
local began = scores[1] and -scores[1]
local dropped = scores[2] and -scores[2]
if not began then
  redis.call('UNLINK', KEYS[1])
  redis.call('ZADD', KEYS[1], -now, marker)
  return answer('begun')
end

if issued > now + tolerance then
  return answer('behind')
end
local trusted = began + 2 * tolerance
if issued <= trusted then
  if began > now + tolerance then
    return answer('set-back')
  end
  if asked > trusted and now > trusted then
    return answer('before')
  end
  -- One that is issued at this moment would be refused too.
  return answer(now > asked + tolerance and 'ahead' or 'young')
end
if expires <= now then
  return answer(expires > asked + tolerance and 'ahead' or 'expired')
end
-- Time has passed that had passed before.
if dropped and expires <= dropped then
  return answer('set-back')
end
if redis.call('ZADD', KEYS[1], 'NX', expires, ARGV[1]) == 0 then
  return answer('used')
end

-- One comes, up to ten that have expired go: it takes no time, and the set follows the traffic.
local expired = redis.call('ZRANGE', KEYS[1], '(0', now, 'BYSCORE', 'LIMIT', 0, 10)
if #expired > 0 then
  local last = redis.call('ZMSCORE', KEYS[1], expired[#expired])[1]
  redis.call('ZADD', KEYS[1], -last, 'dropped')
  redis.call('ZREM', KEYS[1], unpack(expired))
end
return answer('first')
