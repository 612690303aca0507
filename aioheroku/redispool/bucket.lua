-- One step of the shared token bucket: hear what a process did and what the server told it, then grant it tokens.
--
-- `level` counts the tokens that nobody has leased. A lease is outstanding until its request is answered: `granted` less
-- `done`. The server's count lies between the level and the level plus what is outstanding, whichever of those requests
-- it has charged by now. A process states what it holds, not what has changed, so nothing is counted twice or missed
-- when a call or its answer is lost.
local number = {}
for i = 2, #ARGV do number[i - 1] = tonumber(ARGV[i]) end
local call, heard, epoch, want, rank, urgent, most, told, reserve, holding, back, answered, refused, hold, remaining,
    age, base, size, due, seen = unpack(number)
local key, me = KEYS[1], 'process:' .. ARGV[1]
local CALL, GRANT, OUT, SEEN, URGENT, SINCE, TILL = 1, 2, 3, 4, 5, 6, 7
local SILENCE, DEAD, PERIOD, ROW, FEW, EMPTY = 30, 90, 60, 9, 6, cmsgpack.pack({})

local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local names = {'level', 'at', 'epoch', 'capacity', 'refill', 'granted', 'done', 'charged', 'alive', 'probe', 'shut',
    'refused', 'row', 'queue', 'swept', 'size', 'next', 'sure', 'credit', 'looked',
    'was', 'wasat', 'wasout', 'wascharged'}
local had = redis.call('HMGET', key, me, unpack(names))
local s = {}
for i, name in ipairs(names) do s[name] = tonumber(had[i + 1]) or 0 end
local mine = had[1] and cmsgpack.unpack(had[1]) or {0, 0, 0, now, 9, 0, 0}
if had[1] and call <= mine[CALL] then return {call, 0} end -- an old call that was delayed on its way
if s.epoch == 0 then
    s.epoch, s.level, s.at, s.refill = time[1] * 1000000 + time[2], most, now, told
end
-- The clock may have been set back.
for _, name in ipairs({'alive', 'probe', 'sure', 'looked', 'wasat'}) do s[name] = math.min(s[name], now) end
s.shut, s.next = math.min(s.shut, now + 300), math.min(s.next, now + 2 * PERIOD)
s.capacity = math.max(s.capacity, most, remaining + 1)

-- What came back since, continuously or in one step a minute. A step is spent evenly until the next.
local stepwise = s.sure > now - 3 * PERIOD
local passed, grown, news = math.max(0, now - s.at), 0, 0
if not stepwise then
    grown, news = passed * s.refill, age * s.refill
elseif s.next <= now then
    local steps = math.floor((now - s.next) / PERIOD) + 1
    grown, s.next = steps * s.size, s.next + steps * PERIOD
end
if stepwise and now - age < s.next - PERIOD + 2 then news = s.size end -- it may have been charged before the last step
s.level, s.at = s.level + grown, now
if size > 0 then
    local moment = due
    if stepwise then
        moment = moment + math.floor((s.next - moment) / PERIOD + 0.5) * PERIOD
    else
        moment = moment + math.max(0, math.floor((now - due) / PERIOD) + 1) * PERIOD
    end
    s.size, s.next, s.sure, stepwise = size, moment, now, true
end

-- What the process did.
if had[1] and mine[CALL] ~= heard then -- it never heard of its last grant
    back = back + mine[GRANT]
end
back = math.min(back, mine[OUT])
s.level, s.granted, mine[OUT] = math.min(s.capacity, s.level + back), s.granted - back, mine[OUT] - back
if holding > mine[OUT] then
    s.level, s.granted = s.level - (holding - mine[OUT]), s.granted + holding - mine[OUT]
else
    s.done = s.done + mine[OUT] - holding
    s.charged = s.charged + math.max(0, mine[OUT] - holding - refused)
end
mine[OUT] = holding
local out = s.granted - s.done

-- What the server told it: `base` requests had been answered when that one left, so the others may not be charged yet.
if remaining >= 0 then
    local highest = remaining + news
    s.level = math.min(s.level, highest)
    if base >= 0 and epoch == s.epoch then
        s.level = math.max(s.level, math.min(highest, remaining + base + 1 - s.granted))
    end
    if out <= FEW and now - age > s.looked + 0.5 then
        local looks = cmsgpack.unpack(redis.call('HGET', key, 'looks') or EMPTY)
        s.looked = now - age
        looks[#looks + 1] = {s.looked, remaining, s.charged}
        if #looks > 40 then table.remove(looks, 1) end
        redis.call('HSET', key, 'looks', cmsgpack.pack(looks))
    end
    local window, gain = now - s.wasat, remaining - s.was + s.charged - s.wascharged
    local short = math.max(remaining, s.was) <= 0.9 * s.capacity
    if short and window > PERIOD and window < 600 and out + s.wasout <= math.max(4, 0.2 * gain) then
        local net = gain / window
        s.refill = math.max(told / 8, net < s.refill and net or (s.refill + net) / 2)
    end
    if not short or window > 600 or (window > PERIOD and out + s.wasout <= math.max(4, 0.2 * gain)) then
        s.was, s.wasat, s.wasout, s.wascharged = remaining, now, out, s.charged
    end
end
if refused > 0 and hold >= 0 then
    if now >= s.shut then
        s.refused, s.refill = s.refused + 1, math.max(told / 8, 0.7 * s.refill)
    end
    if s.refused > 1 then -- the second one in a row smells of steps
        hold = math.max(hold, stepwise and s.next - now or math.min(s.refused - 1, 2) * PERIOD / 3 * (1 + now % 1))
    end
    s.shut, s.alive = math.max(s.shut, now + hold), 0
elseif (answered > 0 or remaining >= 0) and now >= s.shut then
    s.alive, s.refused = now, 0
end
-- After a silence and after a 429 nobody knows how many tokens there are: one request goes first, alone for a second.
local known = now - s.alive <= SILENCE

-- Who else waits, and whom nobody has heard of for so long that what it held counts as spent.
local since = (mine[TILL] > now and mine[URGENT] == urgent) and mine[SINCE] or now
local waiting, first, firstsince, lowest, highestrank = {}, me, since, urgent, urgent
if s.queue > now or now - s.swept > SILENCE then
    local all = redis.call('HGETALL', key)
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, 8) == 'process:' and all[i] ~= me then
            local other = cmsgpack.unpack(all[i + 1])
            if now - other[SEEN] > DEAD then
                s.done, s.charged = s.done + other[OUT], s.charged + other[OUT]
                redis.call('HDEL', key, all[i])
            elseif other[TILL] > now then
                other.name = all[i]
                waiting[#waiting + 1] = other
                lowest, highestrank = math.max(lowest, other[URGENT]), math.min(highestrank, other[URGENT])
            end
        end
    end
    s.swept = now
end
local crowd, ahead, lower = #waiting + 1, 0, false
local turn = s.row >= ROW and lowest > highestrank -- that of the lowest priority
if turn then
    if urgent < lowest then first, firstsince = '', math.huge end
    for _, other in ipairs(waiting) do
        if other[URGENT] == lowest and other[SINCE] < firstsince then first, firstsince = other.name, other[SINCE] end
    end
end
for _, other in ipairs(waiting) do
    lower = lower or other[URGENT] > urgent
    if turn and other.name == first then
        if rank > 0 or s.level - reserve >= 1 then ahead = ahead + 1 end
    elseif not (turn and first == me) and (other[URGENT] < urgent
        or (other[URGENT] == urgent and other[SINCE] < since)) then
        ahead = ahead + 1
    end
end

-- The grant.
local free = s.level - (rank > 0 and reserve or 0)
local pace = stepwise and s.level < 2 * s.size and math.max(s.level, 1) / math.max(s.next - now, 1)
if pace then
    s.credit = math.min(math.max(2, s.credit), s.credit + passed * pace)
else
    s.credit = 0
end
local paced = (pace and rank > 0) and math.min(free, s.credit) or free
local usable = math.floor(paced + 0.000001) - ahead
local grant = math.min(want, usable)
if crowd > 1 then grant = math.min(grant, math.max(1, math.floor(usable / crowd))) end
if not known or (turn and first == me) then grant = math.min(grant, 1) end
local wait = 0
if now < s.shut then
    grant, wait = 0, s.shut - now
elseif not known and now < s.probe + 1 then
    grant, wait = 0, math.min(0.1, s.probe + 1 - now)
elseif grant < 1 then
    wait = math.max(0, ahead + 1 - paced) / (pace or s.refill)
    if stepwise and free < 1 then wait = math.max(0.05, s.next - now) end
end
grant, wait = math.max(0, grant), math.max(0.002, wait)
s.credit = math.max(0, s.credit - grant)
if grant > 0 and not known then s.probe = now end
if grant > 0 then s.row = (lower and not (turn and first == me)) and s.row + grant or 0 end
s.level, s.granted, mine[OUT] = s.level - grant, s.granted + grant, mine[OUT] + grant
if want > 0 then
    mine[URGENT], mine[SINCE] = urgent, grant > 0 and now or since
    mine[TILL] = grant < want and now + (grant > 0 and 0 or math.min(wait, 5)) + 2 or 0
    s.queue = math.max(s.queue, mine[TILL])
end
mine[CALL], mine[GRANT], mine[SEEN] = call, grant, now

local write = {me, cmsgpack.pack(mine)}
for i, name in ipairs(names) do
    if s[name] ~= (tonumber(had[i + 1]) or 0) then write[#write + 1], write[#write + 2] = name, s[name] end
end
redis.call('HSET', key, unpack(write))
redis.call('EXPIRE', key, 86400)
local function text(value) return string.format('%.17g', value) end
local looks = {}
if s.looked > seen then -- what anybody saw since, from which this process learns how tokens come back
    for _, look in ipairs(cmsgpack.unpack(redis.call('HGET', key, 'looks') or EMPTY)) do
        if look[1] > seen then looks[#looks + 1] = {text(look[1]), look[2], look[3]} end
    end
end
return {call, grant, text(s.level), text(wait), s.epoch, s.done, text(stepwise and s.size / PERIOD or s.refill), s.capacity, crowd, known and 1 or 0, looks}
