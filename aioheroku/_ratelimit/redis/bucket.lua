-- One step of the shared token bucket: takes in what a process did and read from the header, then grants it tokens.
--
-- KEYS[1] is the account's hash, ARGV[1] one JSON object: see `Leases.report`, which makes it. The reply is JSON too;
-- numbers that may have more than 14 digits travel as text, since cjson writes no more.
--
-- `level` counts the tokens that nobody has leased. A lease is outstanding until its request has a response: `granted`
-- less `done`. The platform's count lies between the level and the level plus what is outstanding, whichever of those
-- requests it has charged by now. A process states what it holds, not what has changed, so nothing is counted twice or
-- missed when a call or its reply is lost.

local SILENCE = 30 -- seconds without a response after which the balance is unknown
local DEAD = 90 -- seconds without a report from a process after which what it held counts as spent
local PERIOD = 60 -- seconds between two steps of a refill that comes in steps
local LONGEST_BLOCK = 300 -- seconds that a Retry-After may block everyone at most
local LONGEST_WAIT = 7 -- seconds until a process that waits asks again at most
local MAX_CONSECUTIVE = 9 -- anti-starvation, as in wait_queue.py
local FEW = 6 -- with no more requests outstanding, what remains shows how tokens come back
local LIMIT = 1e17 -- nothing that this script writes is larger

local NAMES = {
    'level', 'updated_at', 'epoch', 'capacity', 'refill', 'granted', 'done', 'charged', -- the count
    'responded_at', 'probed_at', 'blocked_until', 'refused', -- the circuit breaker
    'consecutive', 'queued_until', 'swept_at', -- the queue
    'step_size', 'next_step', 'steps_seen_at', 'credit', 'read_at', -- a refill in steps
    'window_remaining', 'window_at', 'window_out', 'window_charged', -- the measured refill
}
local PROCESS = {'call', 'grant', 'out', 'seen', 'urgent', 'since', 'till'}

local report = cjson.decode(ARGV[1])
local key, me = KEYS[1], 'process:' .. report.process
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000

local function sane(value)
    return type(value) == 'number' and value == value and math.abs(value) <= LIMIT
end

local function text(value)
    return string.format('%.17g', value)
end

-- What `cmsgpack` packed here; `nil` for anything else that stands in its place.
local function unpacked(packed)
    local fine, value = pcall(cmsgpack.unpack, packed or '')
    return fine and type(value) == 'table' and value or nil
end

local function process_of(packed)
    local process = unpacked(packed)
    for _, name in ipairs(PROCESS) do
        if not process or not sane(process[name]) then return nil end
    end
    return process
end

-- The account's count. One that is not there, or that no script wrote like this, begins anew with what this process
-- knows from the header: the next response corrects it.
local function load_bucket()
    local stored, bucket, fine = redis.call('HMGET', key, unpack(NAMES)), {}, true
    for i, name in ipairs(NAMES) do
        bucket[name] = tonumber(stored[i] or 0)
        fine = fine and sane(bucket[name])
    end
    if not fine or bucket.epoch <= 0 or math.abs(bucket.granted - bucket.done) > 1e6 then
        redis.call('DEL', key)
        for i, name in ipairs(NAMES) do
            stored[i], bucket[name] = false, 0
        end
        bucket.epoch = tonumber(time[1]) * 1000000 + tonumber(time[2])
        bucket.level, bucket.updated_at, bucket.refill = math.min(report.estimate, report.capacity), now, report.refill
    end
    -- The clock may have been set back.
    for _, name in ipairs({'responded_at', 'probed_at', 'steps_seen_at', 'read_at', 'window_at', 'swept_at'}) do
        bucket[name] = math.min(bucket[name], now)
    end
    bucket.blocked_until = math.min(bucket.blocked_until, now + LONGEST_BLOCK)
    bucket.next_step = math.min(bucket.next_step, now + 2 * PERIOD)
    bucket.queued_until = math.min(bucket.queued_until, now + LONGEST_WAIT)
    bucket.capacity = math.max(bucket.capacity, report.capacity)
    bucket.refill = math.max(bucket.refill, report.refill / 8)
    bucket.level = math.max(bucket.level, math.min(0, bucket.done - bucket.granted))
    return bucket, stored
end

-- What came back since the last call: continuously, or in one step a minute. Returns how many seconds have passed, how
-- many tokens may have come back since the platform reported its balance, and whether the refill comes in steps.
local function accrue(bucket)
    local stepwise = bucket.steps_seen_at > now - 3 * PERIOD
    local age = report.balance and report.balance.age or 0
    local passed, gained, accrued = math.max(0, now - bucket.updated_at), 0, 0
    if not stepwise then
        gained, accrued = passed * bucket.refill, age * bucket.refill
    elseif bucket.next_step <= now then
        local steps = math.floor((now - bucket.next_step) / PERIOD) + 1
        gained, bucket.next_step = steps * bucket.step_size, bucket.next_step + steps * PERIOD
    end
    if stepwise and now - age < bucket.next_step - PERIOD + 2 then
        accrued = bucket.step_size -- it may have been reported before the last step
    end
    bucket.level, bucket.updated_at = bucket.level + gained, now
    if report.steps then
        local moment = report.steps.due
        if stepwise then
            moment = moment + math.floor((bucket.next_step - moment) / PERIOD + 0.5) * PERIOD
        else
            moment = moment + math.max(0, math.floor((now - moment) / PERIOD) + 1) * PERIOD
        end
        bucket.step_size, bucket.next_step, bucket.steps_seen_at, stepwise = report.steps.size, moment, now, true
    end
    return passed, accrued, stepwise
end

-- Reconcile what this process leased with what it reports to hold.
local function settle_leases(bucket, mine)
    local back = report.back
    if mine.call ~= report.acked then back = back + mine.grant end -- its last grant never reached it
    back = math.min(back, mine.out)
    bucket.level = math.min(bucket.capacity, bucket.level + back)
    bucket.granted, mine.out = bucket.granted - back, mine.out - back
    local spent = mine.out - report.holding
    if spent < 0 then -- it sent requests while Redis was unavailable
        bucket.level, bucket.granted = bucket.level + spent, bucket.granted - spent
    else
        bucket.done = bucket.done + spent
        bucket.charged = bucket.charged + math.max(0, spent - report.refused)
    end
    mine.out = report.holding
end

-- Learn the refill from what remained at the two ends of a window in which little was outstanding.
local function measure_refill(bucket, remaining, outstanding)
    local window = now - bucket.window_at
    local gain = remaining - bucket.window_remaining + bucket.charged - bucket.window_charged
    local short = math.max(remaining, bucket.window_remaining) <= 0.9 * bucket.capacity
    local conclusive = window > PERIOD and outstanding + bucket.window_out <= math.max(4, 0.2 * gain)
    if short and conclusive and window < 600 then
        local measured = gain / window
        if measured > bucket.refill then measured = (measured + bucket.refill) / 2 end
        bucket.refill = math.max(report.refill / 8, measured)
    end
    if not short or conclusive or window > 600 then
        bucket.window_remaining, bucket.window_at = remaining, now
        bucket.window_out, bucket.window_charged = outstanding, bucket.charged
    end
end

-- The platform reported its balance: `base` requests had a response when that request left, so the others may
-- not be charged yet.
local function apply_header(bucket, accrued)
    local remaining, outstanding = report.balance.remaining, bucket.granted - bucket.done
    local highest = remaining + accrued
    bucket.capacity = math.max(bucket.capacity, remaining + 1)
    bucket.level = math.min(bucket.level, highest)
    if report.balance.base and report.epoch == bucket.epoch then
        bucket.level = math.max(bucket.level, math.min(highest, remaining + report.balance.base + 1 - bucket.granted))
    end
    if outstanding <= FEW and now - report.balance.age > bucket.read_at + 0.5 then
        local readings = unpacked(redis.call('HGET', key, 'readings')) or {}
        bucket.read_at = now - report.balance.age
        readings[#readings + 1] = {bucket.read_at, remaining, bucket.charged}
        if #readings > 40 then table.remove(readings, 1) end
        redis.call('HSET', key, 'readings', cmsgpack.pack(readings))
    end
    measure_refill(bucket, remaining, outstanding)
end

-- The circuit breaker: a 429 opens it for all processes; any other response closes it.
local function apply_status(bucket, stepwise)
    if report.refused > 0 and report.hold then
        if now >= bucket.blocked_until then
            bucket.refused = bucket.refused + 1
            bucket.refill = math.max(report.refill / 8, 0.7 * bucket.refill)
        end
        local hold = report.hold
        if bucket.refused > 1 then -- two in a row suggest a refill in steps
            local guess = math.min(bucket.refused - 1, 2) * PERIOD / 3 * (1 + now % 1)
            hold = math.max(hold, stepwise and bucket.next_step - now or guess)
        end
        bucket.blocked_until, bucket.responded_at = math.max(bucket.blocked_until, now + hold), 0
    elseif (report.responses > 0 or report.balance) and now >= bucket.blocked_until then
        bucket.responded_at, bucket.refused = now, 0
    end
end

-- The other processes that wait. Those that are dead or unreadable are removed, and the leases counted again.
local function waiting_processes(bucket, mine)
    local waiting, leased = {}, mine.out
    if bucket.queued_until <= now and now - bucket.swept_at <= SILENCE then return waiting end
    local all = redis.call('HGETALL', key)
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, 8) == 'process:' and all[i] ~= me then
            local other = process_of(all[i + 1])
            if not other or now - other.seen > DEAD then
                bucket.charged = bucket.charged + (other and other.out or 0)
                redis.call('HDEL', key, all[i])
            else
                leased = leased + other.out
                -- It waits no longer than it said, nor since later than now: the clock may have been set back.
                if other.till > now and other.till <= now + LONGEST_WAIT then
                    other.name, other.since = all[i], math.min(other.since, now)
                    waiting[#waiting + 1] = other
                end
            end
        end
    end
    bucket.done, bucket.swept_at = bucket.granted - leased, now
    return waiting
end

-- How many processes are served before this one; whether anti-starvation serves this one; whether a lower priority
-- waits.
local function queue_position(bucket, waiting, since)
    local lowest, highest, first, first_since = report.urgent, report.urgent, me, since
    for _, other in ipairs(waiting) do
        lowest, highest = math.max(lowest, other.urgent), math.min(highest, other.urgent)
    end
    local starving = bucket.consecutive >= MAX_CONSECUTIVE and lowest > highest
    if starving then
        if report.urgent < lowest then first, first_since = '', math.huge end
        for _, other in ipairs(waiting) do
            if other.urgent == lowest and other.since < first_since then
                first, first_since = other.name, other.since
            end
        end
    end
    local served, ahead, lower = starving and first == me, 0, false
    for _, other in ipairs(waiting) do
        lower = lower or other.urgent > report.urgent
        if starving and other.name == first then
            if report.rank > 0 or bucket.level - report.reserve >= 1 then ahead = ahead + 1 end
        elseif not served and (other.urgent < report.urgent
                or (other.urgent == report.urgent and other.since < since)) then
            ahead = ahead + 1
        end
    end
    return ahead, served, lower
end

-- How many tokens this process gets, and after how many seconds it should ask again.
local function grant_tokens(bucket, passed, stepwise, waiting, ahead, served)
    local free = bucket.level - (report.rank > 0 and report.reserve or 0)
    local usable, pace = free, nil
    if stepwise and bucket.level < 2 * bucket.step_size then -- a step is spent evenly until the next
        pace = math.max(bucket.level, 1) / math.max(bucket.next_step - now, 1)
        bucket.credit = math.min(math.max(2, bucket.credit), bucket.credit + passed * pace)
        if report.rank > 0 then usable = math.min(free, bucket.credit) end
    else
        bucket.credit = 0
    end
    local known = now - bucket.responded_at <= SILENCE
    local count = math.floor(usable + 0.000001) - ahead
    local grant = math.min(report.want, count)
    if #waiting > 0 then grant = math.min(grant, math.max(1, math.floor(count / (#waiting + 1)))) end
    -- After a silence and after a 429 one request goes first, alone for a second.
    if not known or served then grant = math.min(grant, 1) end
    local wait = 0
    if now < bucket.blocked_until then
        grant, wait = 0, bucket.blocked_until - now
    elseif not known and now < bucket.probed_at + 1 then
        grant, wait = 0, math.min(0.1, bucket.probed_at + 1 - now)
    elseif grant < 1 then
        wait = math.max(0, ahead + 1 - usable) / (pace or bucket.refill)
        if stepwise and free < 1 then wait = math.max(0.05, bucket.next_step - now) end
    end
    grant = math.max(0, grant)
    if grant > 0 and not known then bucket.probed_at = now end
    bucket.credit = math.max(0, bucket.credit - grant)
    bucket.level, bucket.granted = bucket.level - grant, bucket.granted + grant
    return grant, math.max(0.002, wait), known
end

local function save(bucket, stored, mine)
    local write = {me, cmsgpack.pack(mine)}
    for i, name in ipairs(NAMES) do
        if not stored[i] or tonumber(stored[i]) ~= bucket[name] then
            write[#write + 1], write[#write + 2] = name, text(bucket[name])
        end
    end
    redis.call('HSET', key, unpack(write))
    redis.call('EXPIRE', key, 86400)
end

-- The readings of all processes since `seen`, from which a process learns how tokens come back.
local function readings_since(bucket, seen)
    local readings = {}
    if bucket.read_at <= seen then return readings end
    for _, reading in ipairs(unpacked(redis.call('HGET', key, 'readings')) or {}) do
        local fine = type(reading) == 'table' and sane(reading[1]) and sane(reading[2]) and sane(reading[3])
        if fine and reading[1] > seen then
            readings[#readings + 1] = {text(reading[1]), text(reading[2]), text(reading[3])}
        end
    end
    return readings
end

local bucket, stored = load_bucket()
local known_before = process_of(redis.call('HGET', key, me))
if known_before and report.call <= known_before.call then -- an old call that was delayed on its way
    return cjson.encode({call = report.call, overtaken = true})
end
local mine = known_before or {call = report.acked, grant = 0, out = 0, seen = now, urgent = 9, since = 0, till = 0}

local passed, accrued, stepwise = accrue(bucket)
settle_leases(bucket, mine)
if report.balance then apply_header(bucket, accrued) end
apply_status(bucket, stepwise)
local waiting = waiting_processes(bucket, mine)
local since = (mine.till > now and mine.urgent == report.urgent) and math.min(mine.since, now) or now
local ahead, served, lower = queue_position(bucket, waiting, since)
local grant, wait, known = grant_tokens(bucket, passed, stepwise, waiting, ahead, served)

mine.out = mine.out + grant
if grant > 0 then bucket.consecutive = (lower and not served) and bucket.consecutive + grant or 0 end
if report.want > 0 then
    mine.urgent, mine.since = report.urgent, grant > 0 and now or since
    mine.till = grant < report.want and now + (grant > 0 and 0 or math.min(wait, LONGEST_WAIT - 2)) + 2 or 0
    bucket.queued_until = math.max(bucket.queued_until, mine.till)
end
mine.call, mine.grant, mine.seen = report.call, grant, now
save(bucket, stored, mine)
return cjson.encode({
    call = report.call, granted = grant, level = text(bucket.level), wait = text(wait), epoch = text(bucket.epoch),
    done = text(bucket.done), refill = text(stepwise and bucket.step_size / PERIOD or bucket.refill),
    capacity = text(bucket.capacity), share = #waiting + 1, known = known,
    readings = readings_since(bucket, report.seen),
})
