-- Adds a digest to the sorted set KEYS[1], unless it is or may have been in the set.
-- ARGV: a unique ID of the call; the earliest time of issue and, after a plus sign, how much later it may have been; the
-- expiry, the clock tolerance and the time by the clock of the calling instance; and the digest. Times are in
-- milliseconds. The digest is last, because a server without scripts quotes the first 128 bytes of the arguments in its
-- error, and they have to be text. A call has ten words: a server that requires a password refuses longer ones with an
-- error that does not say so.
local call, digest = ARGV[1], ARGV[6]

-- Each answer names its call, so that it cannot be mistaken for the answer to another call.
local function answer(word)
  return word .. ' ' .. call .. digest
end

local info = redis.call('INFO', 'server', 'replication')
-- Returns the value of a line. A plain search is much faster than a search for a pattern.
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
  return redis.error_reply('ERR INFO lacks run_id or master_replid')
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local issued_at, imprecision = ARGV[2]:match('^(%d+)%+(%d+)$')
issued_at, imprecision = tonumber(issued_at), tonumber(imprecision)
local expires_at, tolerance, called_at = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

-- The marker, and the watermark: uses that expire at the watermark or earlier may have been removed. The scores of
-- both are negated times, because the scores of digests are positive.
local marker = process .. ' ' .. history
local scores = redis.call('ZMSCORE', KEYS[1], marker, 'dropped')
local began_at = scores[1] and -scores[1]
local removed_until = scores[2] and -scores[2]
if not began_at then
  redis.call('UNLINK', KEYS[1])
  redis.call('ZADD', KEYS[1], -now, marker)
  return answer('begun')
end

if issued_at > now + tolerance then
  return answer('behind')
end
local trusted_from = began_at + 2 * tolerance
if issued_at <= trusted_from then
  if began_at > now + tolerance then
    return answer('set-back')
  end
  if math.min(called_at, now) - imprecision > trusted_from then
    return answer('before')
  end
  -- A key that is issued right now would be refused too.
  return answer(now > called_at + tolerance and 'ahead' or 'young')
end
if expires_at <= now then
  return answer(expires_at > called_at + tolerance and 'ahead' or 'expired')
end
-- The clock was set back to a time before the expiry of a removed use.
if removed_until and expires_at <= removed_until then
  return answer('set-back')
end
if redis.call('ZADD', KEYS[1], 'NX', expires_at, digest) == 0 then
  return answer('used')
end

-- Each new use removes up to ten expired uses: this is fast, and keeps the set in proportion to the traffic.
local expired = redis.call('ZRANGE', KEYS[1], '(0', now, 'BYSCORE', 'LIMIT', 0, 10)
if #expired > 0 then
  local last = redis.call('ZMSCORE', KEYS[1], expired[#expired])[1]
  redis.call('ZADD', KEYS[1], -last, 'dropped')
  redis.call('ZREM', KEYS[1], unpack(expired))
end
return answer('first')
